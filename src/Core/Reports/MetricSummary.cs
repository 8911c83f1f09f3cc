namespace LlmEfficiency.Core.Reports;

/// <summary>What became of one number of a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Last">Its last value.</param>
/// <param name="LastStep">The step of the last value.</param>
/// <param name="Least">Its smallest finite value, NaN if there is none.</param>
/// <param name="LeastStep">The first step of the smallest value.</param>
public sealed record MetricSummary(string Name, double Last, long LastStep, double Least, long LeastStep);
