namespace LlmEfficiency.Core.Reports;

/// <summary>Charts beside or below each other, as the page has room.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Charts">The charts.</param>
public sealed record ReportCharts(string Title, IReadOnlyList<LineChart> Charts) : ReportSection(Title)
{
    internal override void WriteBody(TextWriter html)
    {
        html.Write("<div class=\"charts\">\n");
        foreach (var chart in Charts)
        {
            html.Write($"<figure><figcaption>{Escape(chart.Title)}</figcaption>\n");
            LineChartSvg.Write(html, chart);
            html.Write("</figure>\n");
        }

        html.Write("</div>\n");
    }
}
