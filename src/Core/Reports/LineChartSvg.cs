using System.Globalization;

namespace LlmEfficiency.Core.Reports;

/// <summary>Draws a chart as inline SVG; colours and fonts come from the page.</summary>
internal static class LineChartSvg
{
    private const int Width = 640;
    private const int LeastHeight = 320;
    private const int Left = 66;
    private const int Right = 14;
    private const int Top = 12;
    private const int Bottom = 46;
    private const int LegendHeight = 20;
    private const int LegendRowsWithin = 4; // more rows make the picture higher, not the plot lower
    private const int LetterWidth = 7; // of the legend's font, roughly
    private const int Colours = 8;

    private static int PlotWidth => Width - Left - Right;

    /// <summary>Writes the <c>svg</c> element.</summary>
    public static void Write(TextWriter svg, LineChart chart)
    {
        var legend = LegendRows(chart);
        var top = Top + (legend.Count * LegendHeight);
        var height = LeastHeight + (Math.Max(0, legend.Count - LegendRowsWithin) * LegendHeight);
        var place = new Placement(
            AxisScale.Fit(chart.Series.SelectMany(Xs), chart.IsXLogarithmic, 0),
            AxisScale.Fit(chart.Series.SelectMany(Ys), chart.IsYLogarithmic, 0.05),
            top,
            height);
        var label = ReportSection.Escape($"{chart.Title}: {chart.YLabel} over {chart.XLabel}");
        svg.Write($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{label}\">\n");
        WriteAxes(svg, chart, place);
        for (var index = 0; index < chart.Series.Count; index++)
        {
            WriteSeries(svg, chart.Series[index], $"s{index % Colours}", place);
        }

        WriteLegend(svg, legend);
        svg.Write("</svg>\n");
    }

    private static IEnumerable<double> Xs(ChartSeries series) =>
        series.Points.Concat(series.Raw).Select(point => point.X).Concat(series.Band.Select(piece => piece.X));

    private static IEnumerable<double> Ys(ChartSeries series) =>
        series.Points.Concat(series.Raw).Select(point => point.Y)
            .Concat(series.Band.SelectMany(piece => new[] { piece.Lower, piece.Upper }));

    private static void WriteAxes(TextWriter svg, LineChart chart, Placement place)
    {
        foreach (var (value, text) in place.Y.Ticks())
        {
            var y = place.Down(value);
            svg.Write(Line($"<path class=\"grid\" d=\"M{Left} {y:0.#}H{Width - Right}\"/>"));
            svg.Write(Line($"<text class=\"tick\" x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{text}</text>"));
        }

        foreach (var (value, text) in place.X.Ticks())
        {
            var x = place.Across(value);
            svg.Write(Line($"<path class=\"grid\" d=\"M{x:0.#} {place.Top}V{place.End}\"/>"));
            svg.Write(Line($"<text class=\"tick\" x=\"{x:0.#}\" y=\"{place.End + 16}\" text-anchor=\"middle\">{text}</text>"));
        }

        var middle = (place.Top + place.End) / 2;
        svg.Write($"<path class=\"axis\" d=\"M{Left} {place.Top}V{place.End}H{Width - Right}\"/>\n");
        var (across, up) = (ReportSection.Escape(chart.XLabel), ReportSection.Escape(chart.YLabel));
        svg.Write($"<text x=\"{Left + (PlotWidth / 2)}\" y=\"{place.End + Bottom - 8}\" text-anchor=\"middle\">{across}</text>\n");
        svg.Write($"<text transform=\"translate(14 {middle}) rotate(-90)\" text-anchor=\"middle\">{up}</text>\n");
    }

    private static void WriteSeries(TextWriter svg, ChartSeries series, string colour, Placement place)
    {
        foreach (var band in Bands(series.Band, place).Where(band => band.Count > 1))
        {
            var edge = band.Select(piece => (place.Across(piece.X), place.Down(piece.Upper)))
                .Concat(band.AsEnumerable().Reverse().Select(piece => (place.Across(piece.X), place.Down(piece.Lower))));
            svg.Write($"<path class=\"band {colour}\" d=\"{PathOf(edge)}Z\"/>\n");
        }

        WriteLine(svg, series.Raw, $"raw {colour}", place);
        WriteLine(svg, series.Points, $"line {colour}", place);
    }

    // Runs of pieces without a gap.
    private static IEnumerable<List<ChartInterval>> Bands(IReadOnlyList<ChartInterval> pieces, Placement place)
    {
        var band = new List<ChartInterval>();
        foreach (var piece in pieces)
        {
            if (place.X.CanShow(piece.X) && place.Y.CanShow(piece.Lower) && place.Y.CanShow(piece.Upper))
            {
                band.Add(piece);
            }
            else
            {
                yield return band;
                band = [];
            }
        }

        yield return band;
    }

    private static void WriteLine(TextWriter svg, IReadOnlyList<ChartPoint> points, string style, Placement place)
    {
        foreach (var piece in Pieces(points, place))
        {
            var drawn = PointThinning.Thin(piece, PlotWidth);
            svg.Write(drawn.Count == 1
                ? Line($"<circle class=\"dot {style}\" cx=\"{drawn[0].X:0.#}\" cy=\"{drawn[0].Y:0.#}\" r=\"2.5\"/>")
                : $"<path class=\"{style}\" d=\"{PathOf(drawn.Select(point => (point.X, point.Y)))}\"/>\n");
        }
    }

    // Runs of points without a gap, in pixels.
    private static IEnumerable<List<ChartPoint>> Pieces(IReadOnlyList<ChartPoint> points, Placement place)
    {
        var piece = new List<ChartPoint>();
        foreach (var point in points)
        {
            if (place.X.CanShow(point.X) && place.Y.CanShow(point.Y))
            {
                piece.Add(new ChartPoint(place.Across(point.X), place.Down(point.Y)));
            }
            else if (piece.Count > 0)
            {
                yield return piece;
                piece = [];
            }
        }

        if (piece.Count > 0)
        {
            yield return piece;
        }
    }

    private static string PathOf(IEnumerable<(double X, double Y)> points) => string.Concat(points.Select((point, index) =>
        string.Create(CultureInfo.InvariantCulture, $"{(index == 0 ? 'M' : 'L')}{point.X:0.#} {point.Y:0.#}")));

    // A chart with one line needs no legend: the y axis says what it is. Else names flow into rows.
    private static List<List<(int Series, string Name, int X)>> LegendRows(LineChart chart)
    {
        var rows = new List<List<(int, string, int)>>();
        var next = Width;
        for (var index = 0; chart.Series.Count > 1 && index < chart.Series.Count; index++)
        {
            var name = chart.Series[index].Name;
            var width = 34 + (name.Length * LetterWidth);
            if (rows.Count == 0 || next + width > Width - Right)
            {
                rows.Add([]);
                next = Left;
            }

            rows[^1].Add((index, name, next));
            next += width;
        }

        return rows;
    }

    private static void WriteLegend(TextWriter svg, List<List<(int Series, string Name, int X)>> rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            var y = (row * LegendHeight) + Top;
            foreach (var (series, name, x) in rows[row])
            {
                svg.Write($"<path class=\"line s{series % Colours}\" d=\"M{x} {y}h18\"/>");
                svg.Write($"<text class=\"tick\" x=\"{x + 23}\" y=\"{y + 4}\">{ReportSection.Escape(name)}</text>\n");
            }
        }
    }

    private static string Line(FormattableString text) => FormattableString.Invariant(text) + "\n";

    private sealed record Placement(AxisScale X, AxisScale Y, int Top, int Height)
    {
        public int End => Height - Bottom;

        public double Across(double x) => Left + (X.Fraction(x) * PlotWidth);

        public double Down(double y) => End - (Y.Fraction(y) * (End - Top));
    }
}
