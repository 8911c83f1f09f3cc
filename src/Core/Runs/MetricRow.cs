namespace LlmEfficiency.Core.Runs;

/// <summary>One line of a metric log.</summary>
/// <param name="Step">The optimizer steps done.</param>
/// <param name="Values">The numbers by name, in the order of the line.</param>
public sealed record MetricRow(long Step, IReadOnlyDictionary<string, double> Values);
