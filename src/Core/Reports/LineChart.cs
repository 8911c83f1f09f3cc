namespace LlmEfficiency.Core.Reports;

/// <summary>Lines over one pair of axes.</summary>
public sealed record LineChart
{
    /// <summary>Gets the name above the chart.</summary>
    public required string Title { get; init; }

    /// <summary>Gets what the x axis shows, with its unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>Gets what the y axis shows, with its unit.</summary>
    public required string YLabel { get; init; }

    /// <summary>Gets the lines; up to eight have colours of their own.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }

    /// <summary>Gets whether equal factors have equal lengths on the x axis; values that are not positive are left out.</summary>
    public bool IsXLogarithmic { get; init; }

    /// <summary>Gets whether equal factors have equal lengths on the y axis; values that are not positive are left out.</summary>
    public bool IsYLogarithmic { get; init; }
}
