using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Reports;

/// <summary>The charts of runs: those of their kind, then those of every run, then each other number. Runs lie over each other.</summary>
/// <param name="runs">The runs.</param>
/// <param name="axis">What the x axes show.</param>
internal sealed class RunCharts(IReadOnlyList<ReportedRun> runs, ReportAxis axis)
{
    private const int FewestToSmooth = 20;

    private static readonly MetricChart[] Common =
    [
        new("Loss", "loss (nats a token)", [new(MetricNames.Loss, IsNoisy: true), new(MetricNames.ValidationLoss)]),
        new("Learning rate", "learning rate", [new(MetricNames.LearningRate)]),
        new("Gradient norm", "norm before clipping", [new(MetricNames.GradientNorm, IsNoisy: true)]) { IsYLogarithmic = true },
        new("Speed", "tokens a second", [new(MetricNames.TokensPerSecond, IsNoisy: true)]),
        new("Memory", "bytes", [new("*" + MetricNames.BytesSuffix)]),
    ];

    private readonly Func<long, double>[] _xs = [.. runs.Select(run => run.Xs(axis))];

    private readonly string[] _names =
    [
        .. runs.SelectMany(run => run.Rows).SelectMany(row => row.Values.Keys).Distinct().Except(MetricNames.Bookkeeping)
            .Where(name => !name.EndsWith(MetricNames.ErrorSuffix, StringComparison.Ordinal)),
    ];

    /// <summary>Draws all numbers of the runs.</summary>
    /// <param name="kind">The charts of the runs' kind; a number in one of them is in no later chart.</param>
    /// <returns>The charts that were asked for or that every run has, and those of each other number.</returns>
    public (IReadOnlyList<LineChart> Known, IReadOnlyList<LineChart> Others) Draw(IReadOnlyList<MetricChart> kind)
    {
        var left = _names.ToList();
        var known = new List<LineChart>();
        foreach (var chart in kind.Concat(Common))
        {
            (string Metric, string Label, bool IsNoisy)[] lines =
            [
                .. chart.Lines.SelectMany(line => left.Where(name => line.LabelOf(name) is not null)
                    .Select(name => (name, line.LabelOf(name)!, line.IsNoisy))),
            ];
            left.RemoveAll(name => Array.Exists(lines, line => line.Metric == name));
            if (lines.Length > 0)
            {
                known.Add(Chart(chart.Title, chart.YLabel, chart.IsYLogarithmic, lines));
            }
        }

        return (known, [.. left.Select(name => (Name: name, Words: MetricLine.Words(name)))
            .Select(metric => Chart(metric.Words, metric.Words, false, [(metric.Name, metric.Words, false)]))]);
    }

    private LineChart Chart(string title, string yLabel, bool isLogarithmic, (string Metric, string Label, bool IsNoisy)[] lines) => new()
    {
        Title = title,
        XLabel = axis == ReportAxis.Tokens ? "tokens" : "step",
        YLabel = yLabel,
        IsYLogarithmic = isLogarithmic,
        Series =
        [
            .. from run in Enumerable.Range(0, runs.Count)
               from line in lines
               where runs[run].Rows.Any(row => row.Values.ContainsKey(line.Metric))
               select Series(run, Named(run, line.Label, lines.Length), line.Metric, line.IsNoisy),
        ],
    };

    private string Named(int run, string label, int lines) =>
        runs.Count == 1 ? label : lines == 1 ? runs[run].Name : $"{runs[run].Name}: {label}";

    private ChartSeries Series(int run, string name, string metric, bool isNoisy)
    {
        var rows = runs[run].Rows.Where(row => row.Values.ContainsKey(metric)).ToArray();
        ChartPoint[] points = [.. rows.Select(row => new ChartPoint(_xs[run](row.Step), row.Values[metric]))];
        return isNoisy && points.Length >= FewestToSmooth
            ? new ChartSeries { Name = $"{name}, smoothed", Points = Smoothing.Exponential(points, Weight(points.Length)), Raw = points }
            : new ChartSeries { Name = name, Points = points, Band = Band(rows, points, metric + MetricNames.ErrorSuffix) };
    }

    private static ChartInterval[] Band(MetricRow[] rows, ChartPoint[] points, string error) =>
    [
        .. rows.Zip(points).Where(pair => pair.First.Values.ContainsKey(error)).Select(pair =>
            new ChartInterval(pair.Second.X, pair.Second.Y - pair.First.Values[error], pair.Second.Y + pair.First.Values[error])),
    ];

    // The average looks back over about a hundredth of the line, at least four points.
    private static double Weight(int count) => 1 - (1 / Math.Max(4, count / 100.0));
}
