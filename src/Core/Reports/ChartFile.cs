using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Reports;

/// <summary>Charts as files of their own, for pages that show pictures.</summary>
public static class ChartFile
{
    // The colours of pages; on white, since a picture does not know the page's mode.
    private const string Style = """
        <style>text{font:13px system-ui,sans-serif;fill:#1c1e21}.tick{font-size:12px;fill:#5d6470}.grid{stroke:#dfe2e6;fill:none}
        .axis{stroke:#5d6470;fill:none}.line,.raw{fill:none;stroke:var(--c);stroke-width:1.8}.raw{stroke-dasharray:2 3}
        .dot{fill:var(--c)}.dot.raw{fill:#fff;stroke-dasharray:none}.band{fill:var(--c);opacity:.18}
        .s0{--c:#0072b2}.s1{--c:#c25100}.s2{--c:#00795a}.s3{--c:#a8437f}.s4{--c:#8a6a00}.s5{--c:#2a8fc4}.s6{--c:#555}.s7{--c:#7a3fb0}</style>
        <rect width="100%" height="100%" fill="#fff"/>

        """;

    /// <summary>Writes a chart as an SVG file, whole or not at all; <see cref="ChartSeries.Raw"/> is dotted, a single point hollow.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public static void Save(this LineChart chart, string path)
    {
        using var svg = new StringWriter { NewLine = "\n" };
        LineChartSvg.Write(svg, chart);
        var text = svg.ToString();
        var inside = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        AtomicFile.WriteText(path, string.Concat("<svg xmlns=\"http://www.w3.org/2000/svg\"", text.AsSpan("<svg".Length, inside - "<svg".Length), Style, text.AsSpan(inside)));
    }
}
