using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Reports;

/// <summary>The charts of a run: the known numbers first, then each other one.</summary>
internal static class RunCharts
{
    private const int FewestToSmooth = 20;

    private static readonly (string Title, string YLabel, bool IsLogarithmic, Func<string, bool> Holds)[] Known =
    [
        ("Loss", "loss (nats a token)", false, name => name is MetricNames.Loss or MetricNames.ValidationLoss),
        ("Learning rate", "learning rate", false, name => name == MetricNames.LearningRate),
        ("Gradient norm", "norm before clipping", true, name => name == MetricNames.GradientNorm),
        ("Speed", "tokens a second", false, name => name == MetricNames.TokensPerSecond),
        ("Memory", "bytes", false, name => name.EndsWith(MetricNames.BytesSuffix, StringComparison.Ordinal)),
    ];

    /// <summary>Draws all numbers of the rows.</summary>
    /// <param name="rows">The lines of all logs of the run.</param>
    /// <param name="axis">What the x axes show.</param>
    public static IReadOnlyList<LineChart> Of(IReadOnlyList<MetricRow> rows, ReportAxis axis)
    {
        var xs = Xs(rows, axis);
        var names = rows.SelectMany(row => row.Values.Keys).Distinct().Except(MetricNames.Bookkeeping).ToArray();
        var known = Known.Select(chart => (chart.Title, chart.YLabel, chart.IsLogarithmic, Names: names.Where(chart.Holds).ToArray()));
        var others = names.Where(name => !Known.Any(chart => chart.Holds(name)))
            .Select(name => (Title: Words(name), YLabel: Words(name), IsLogarithmic: false, Names: new[] { name }));
        return
        [
            .. known.Concat(others).Where(chart => chart.Names.Length > 0).Select(chart => new LineChart
            {
                Title = chart.Title,
                XLabel = axis == ReportAxis.Tokens ? "tokens" : "step",
                YLabel = chart.YLabel,
                IsYLogarithmic = chart.IsLogarithmic,
                Series = [.. chart.Names.Select(name => SeriesOf(rows, name, xs))],
            }),
        ];
    }

    private static string Words(string name) => name.Replace('_', ' ');

    private static ChartSeries SeriesOf(IReadOnlyList<MetricRow> rows, string name, Func<long, double> xs)
    {
        ChartPoint[] points =
        [
            .. rows.Where(row => row.Values.ContainsKey(name)).Select(row => new ChartPoint(xs(row.Step), row.Values[name])),
        ];
        var isNoisy = name is MetricNames.Loss or MetricNames.GradientNorm or MetricNames.TokensPerSecond;
        return isNoisy && points.Length >= FewestToSmooth
            ? new ChartSeries { Name = $"{Words(name)}, smoothed", Points = Smoothing.Exponential(points, Weight(points.Length)), Raw = points }
            : new ChartSeries { Name = Words(name), Points = points };
    }

    // The average looks back over about a hundredth of the line, at least four points.
    private static double Weight(int count) => 1 - (1 / Math.Max(4, count / 100.0));

    // Tokens are looked up by step: the lines of other logs do not have them.
    private static Func<long, double> Xs(IReadOnlyList<MetricRow> rows, ReportAxis axis)
    {
        if (axis == ReportAxis.Step)
        {
            return step => step;
        }

        var marks = rows.Where(row => row.Values.ContainsKey(MetricNames.Tokens))
            .DistinctBy(row => row.Step)
            .OrderBy(row => row.Step)
            .ToArray();
        var steps = marks.Select(row => row.Step).ToArray();
        return step =>
        {
            var at = Array.BinarySearch(steps, step);
            var mark = at >= 0 ? at : ~at - 1; // the last one before
            return mark >= 0 ? marks[mark].Values[MetricNames.Tokens] : double.NaN;
        };
    }
}
