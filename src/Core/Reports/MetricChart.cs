namespace LlmEfficiency.Core.Reports;

/// <summary>Which numbers of a run share a chart.</summary>
/// <param name="Title">The name above the chart.</param>
/// <param name="YLabel">What the y axis shows, with its unit.</param>
/// <param name="Lines">The numbers; those that a run does not have are left out.</param>
public sealed record MetricChart(string Title, string YLabel, IReadOnlyList<MetricLine> Lines)
{
    /// <summary>Gets whether equal factors have equal lengths on the y axis.</summary>
    public bool IsYLogarithmic { get; init; }
}
