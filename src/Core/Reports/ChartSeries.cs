namespace LlmEfficiency.Core.Reports;

/// <summary>One line of a chart.</summary>
public sealed record ChartSeries
{
    /// <summary>Gets the name in the legend.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the points from left to right.</summary>
    public required IReadOnlyList<ChartPoint> Points { get; init; }

    /// <summary>Gets the band around the line from left to right; empty for none.</summary>
    public IReadOnlyList<ChartInterval> Band { get; init; } = [];

    /// <summary>Gets points that are drawn faintly behind the line, for example before smoothing; empty for none.</summary>
    public IReadOnlyList<ChartPoint> Raw { get; init; } = [];
}
