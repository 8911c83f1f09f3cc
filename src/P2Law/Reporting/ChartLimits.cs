namespace LlmEfficiency.P2Law.Reporting;

/// <summary>How much a page draws; what is more is told on the page.</summary>
internal static class ChartLimits
{
    /// <summary>Lines in a chart: colours repeat after eight, and more than this nobody tells apart.</summary>
    public const int MostCurves = 24;

    /// <summary>Charts of one kind.</summary>
    public const int MostCharts = 24;
}
