namespace LlmEfficiency.Core.Reports;

/// <summary>An upright piece of a band around a line, for example a confidence interval; an end that is NaN or infinite is a gap in the band.</summary>
/// <param name="X">The value to the right.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct ChartInterval(double X, double Lower, double Upper);
