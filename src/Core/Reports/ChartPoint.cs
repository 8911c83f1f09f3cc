namespace LlmEfficiency.Core.Reports;

/// <summary>A place in a chart. A NaN or infinite <paramref name="Y"/> is a gap in the line.</summary>
/// <param name="X">The value to the right.</param>
/// <param name="Y">The value upwards.</param>
public readonly record struct ChartPoint(double X, double Y);
