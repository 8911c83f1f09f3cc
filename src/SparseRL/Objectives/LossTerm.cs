namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>A loss and its derivative by the log-probability it was computed of.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Slope">d loss / d log-probability.</param>
public readonly record struct LossTerm(double Loss, double Slope);
