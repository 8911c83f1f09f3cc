namespace LlmEfficiency.P2Law.Validation;

/// <summary>How a law predicts what it has not seen.</summary>
/// <param name="Name">What was kept back.</param>
/// <param name="Fits">How many fits were made.</param>
/// <param name="Metrics">The predictions of all fits together; null if there was nothing to keep back.</param>
/// <param name="Note">Why there is none.</param>
/// <param name="Rank">What the weakest of the fits could tell; null if there was none.</param>
/// <param name="Intervals">The intervals of the predictions; null without repeated fits.</param>
public sealed record HoldOutResult(
    string Name, int Fits, LawMetrics? Metrics, string? Note = null, PartialRank? Rank = null, HeldOutIntervals? Intervals = null);
