namespace LlmEfficiency.SparseRL.Training;

/// <summary>How far a run is.</summary>
/// <param name="Iteration">Iterations made.</param>
/// <param name="Iterations">Iterations in all.</param>
/// <param name="Reward">The mean reward of the iteration.</param>
/// <param name="Rejection">The share of responses that were rejected.</param>
/// <param name="Accuracy">The last measured accuracy, greedy, with the full cache; null before the first.</param>
/// <param name="Seconds">What the iteration took.</param>
/// <param name="Warnings">What the health rules say.</param>
public sealed record RlProgress(
    long Iteration, long Iterations, double Reward, double Rejection, double? Accuracy, double Seconds, IReadOnlyList<string> Warnings);
