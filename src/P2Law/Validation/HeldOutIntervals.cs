using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>Intervals of rows that were kept back, and how often they hold what was measured.</summary>
/// <param name="Level">How often they should.</param>
/// <param name="Kind">What the repeated fits drew.</param>
/// <param name="Repeats">How many repeated fits there were, of all fits together.</param>
/// <param name="Covered">The part of the rows that lie in their interval.</param>
/// <param name="MeanWidth">The mean width of an interval, in nats.</param>
/// <param name="Rows">The rows.</param>
public sealed record HeldOutIntervals(
    double Level, BootstrapKind Kind, int Repeats, double Covered, double MeanWidth, IReadOnlyList<HeldOutRow> Rows);
