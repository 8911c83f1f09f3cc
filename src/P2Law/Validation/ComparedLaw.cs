using LlmEfficiency.P2Law.Fitting;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>Another law on the same rows.</summary>
/// <param name="Law">The name.</param>
/// <param name="Constants">How many constants were fitted.</param>
/// <param name="Status">How the fit ended; null if the rows lack what the law needs.</param>
/// <param name="Metrics">The agreement with the rows.</param>
/// <param name="HoldOuts">The agreement with rows that were kept back.</param>
/// <param name="Note">Why there is no fit.</param>
public sealed record ComparedLaw(
    string Law, int Constants, FitStatus? Status, LawMetrics? Metrics, IReadOnlyList<HoldOutResult> HoldOuts, string? Note = null);
