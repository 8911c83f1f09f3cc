using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Reports;

public sealed class RunReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_has_settings_curves_numbers_and_health()
    {
        using var run = Run(100);
        var html = RunReport.Build([run]).ToHtml();
        foreach (var text in new[]
        {
            "<title>train: run</title>", "steps: 100, checkpoints: 1, begun 2026-01-02 12:00:00 +00:00", "optimizer.lr", "0.001",
            "step 60: loss is NaN", "step 50: the loss jumped to 9", "loss, smoothed", "validation loss", "Learning rate", "Gradient norm",
            "Speed", "Memory", "entropy", "abc123", "102400", "a fast one", "code version",
        })
        {
            Assert.Contains(text, html, StringComparison.Ordinal);
        }

        Assert.Equal(6, html.Split("<svg ").Length - 1);
        Assert.Equal(html, RunReport.Build([run]).ToHtml());
    }

    [Fact]
    public void A_report_is_well_formed_and_refers_to_nothing_outside()
    {
        using var run = Run(40);
        RunReport.Build([run]).Save(_folder.File("report.html"));
        var html = File.ReadAllText(_folder.File("report.html"));
        var body = XElement.Parse(html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)]);
        var attributes = body.Descendants().Attributes().ToArray();
        Assert.DoesNotContain(attributes, attribute => attribute.Name.LocalName is "href" or "src" or "style" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", body.Value, StringComparison.Ordinal); // a setting, escaped
    }

    [Fact]
    public void Curves_can_run_over_tokens()
    {
        using var run = Run(40);
        var charts = RunReport.Build([run], ReportAxis.Tokens).Sections.OfType<ReportCharts>().Single().Charts;
        Assert.All(charts, chart => Assert.Equal("tokens", chart.XLabel));
        var speed = charts.Single(chart => chart.Title == "Speed").Series[0];
        Assert.Equal(1024, speed.Raw[0].X); // from the line of the same step in the other log
        Assert.Equal(40 * 1024, speed.Raw[^1].X);
    }

    [Fact]
    public void Runs_lie_over_each_other_and_what_differs_stands_side_by_side()
    {
        using var one = Run(40, "one");
        using var two = Run(60, "two", learningRate: 0.002);
        var report = RunReport.Build([one, two]);
        var loss = report.Sections.OfType<ReportCharts>().Single().Charts.Single(chart => chart.Title == "Loss");
        Assert.Equal(
            ["one: loss, smoothed", "one: validation loss", "two: loss, smoothed", "two: validation loss"], loss.Series.Select(series => series.Name));
        Assert.Equal(["one", "two"], report.Sections.OfType<ReportCharts>().Single().Charts.Single(chart => chart.Title == "entropy").Series.Select(series => series.Name));
        var different = Assert.Single(report.Sections.OfType<ReportTable>(), table => table.Title == "Settings that differ");
        Assert.Equal([["optimizer.lr", "0.001", "0.002"]], different.Rows);
        Assert.Contains("two: step 50: the loss jumped to 9", report.Sections.OfType<ReportNotes>().Single().Lines);
        Assert.Contains("note", report.Sections.OfType<ReportTable>().Single(table => table.Title == "Settings").Rows.Select(row => row[0]));
    }

    [Fact]
    public void A_kind_of_run_has_charts_of_its_own_before_all_others()
    {
        using var run = Run(10);
        run.Metrics.Append(10, Values(("eval/a/greedy", 0.5), ("eval/a/greedy_stderr", 0.125), ("eval/b/greedy", 0.25)));
        MetricChart[] kind =
        [
            new("Accuracy", "share", [new("eval/*/greedy", "with *"), new("eval/*/none")]),
            new("Norms", "norm", [new("gradient_*")]) { IsYLogarithmic = true },
            new("Nothing", "no such number", [new("absent")]),
        ];
        var sections = RunReport.Build([run], charts: kind).Sections.OfType<ReportCharts>().ToArray();
        Assert.Equal(["Accuracy", "Norms", "Loss", "Learning rate", "Speed", "Memory"], sections[0].Charts.Select(chart => chart.Title));
        Assert.Equal(["entropy"], sections[1].Charts.Select(chart => chart.Title));
        Assert.Equal(["with a", "with b"], sections[0].Charts[0].Series.Select(series => series.Name));
        Assert.Equal([new ChartInterval(10, 0.375, 0.625)], sections[0].Charts[0].Series[0].Band);
        Assert.Empty(sections[0].Charts[0].Series[1].Band);
        Assert.True(sections[0].Charts[1].IsYLogarithmic);
    }

    [Fact]
    public void Jumps_are_told_of_a_loss_that_a_policy_cannot_have()
    {
        MetricRow[] Rows(double shift) => [.. Enumerable.Range(1, 40).Select(step =>
            new MetricRow(step, new Dictionary<string, double> { ["loss"] = shift + (step == 30 ? 9 : 0.01 * (step % 3)) }))];
        Assert.Equal(["step 30: the loss jumped to 10"], TrainingHealth.Notes(Rows(1)));
        Assert.Equal(["All numbers are finite."], TrainingHealth.Notes(Rows(-0.01)));
    }

    [Fact]
    public void A_run_that_has_just_begun_has_a_report()
    {
        using var run = Run(0);
        Assert.Contains("steps: 0,", RunReport.Build([run]).ToHtml(), StringComparison.Ordinal);
        Assert.Empty(RunSummary.Of(run).Metrics);
    }

    [Fact]
    public void A_summary_has_the_last_and_the_smallest_of_each_number()
    {
        using var run = Run(60);
        using var json = JsonDocument.Parse(RunSummary.Of(run).ToJson());
        var loss = json.RootElement.GetProperty("metrics").EnumerateArray().Single(metric => metric.GetProperty("name").GetString() == "loss");
        Assert.Equal("NaN", loss.GetProperty("last").GetString());
        Assert.Equal(60, loss.GetProperty("last_step").GetInt64());
        Assert.Equal(59, loss.GetProperty("least_step").GetInt64());
        Assert.Equal(60, json.RootElement.GetProperty("steps").GetInt64());
    }

    [Fact]
    public void A_chart_draws_lines_with_gaps_bands_and_legends_inside_its_frame()
    {
        var series = Enumerable.Range(0, 9).Select(index => new ChartSeries
        {
            Name = $"a series <{index}>",
            Points = [new(1, 1), new(2, double.NaN), new(3, 100), new(4, 1000 + index)],
            Band = [new(1, 0.5, 2), new(3, 50, 200)],
        });
        using var text = new StringWriter();
        LineChartSvg.Write(text, new LineChart
        {
            Title = "t",
            XLabel = "x & y",
            YLabel = "\"y\"",
            Series = [.. series],
            IsXLogarithmic = true,
            IsYLogarithmic = true,
        });
        var svg = XElement.Parse(text.ToString());
        Assert.Equal(9, svg.Elements("path").Count(path => path.Attribute("class")!.Value.StartsWith("band", StringComparison.Ordinal)));
        Assert.Equal(9, svg.Elements("circle").Count()); // the lone points before the gap
        Assert.Equal(18, svg.Elements("path").Count(path => path.Attribute("class")!.Value.StartsWith("line", StringComparison.Ordinal)));
        Assert.Contains(svg.Elements("text"), element => element.Value == "a series <8>");
        Assert.Contains(svg.Elements("text"), element => element.Value == "x & y");
        var numbers = svg.Elements("path").Where(path => path.Attribute("class")!.Value is "line s0" or "band s0")
            .SelectMany(path => path.Attribute("d")!.Value.Split(['M', 'L', 'Z', ' ', 'h'], StringSplitOptions.RemoveEmptyEntries))
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture));
        Assert.All(numbers, number => Assert.InRange(number, 0, 640));
    }

    [Fact]
    public void A_band_has_gaps_where_it_has_no_ends_and_many_names_make_the_picture_higher()
    {
        var broken = new ChartSeries
        {
            Name = "in two parts",
            Points = [new(1, 1), new(9, 2)],
            Band = [new(1, 0, 2), new(2, 0, 2), new(3, double.NaN, double.NaN), new(5, 0, 3), new(9, 0, 3), new(9, 1, double.PositiveInfinity)],
        };
        var (one, many) = (Draw(1), Draw(24));
        Assert.Equal(2, one.Elements("path").Count(path => path.Attribute("class")!.Value == "band s0"));
        Assert.Equal("0 0 640 320", one.Attribute("viewBox")!.Value);
        var (names, plot) = (24 / 4, int.Parse(many.Attribute("viewBox")!.Value.Split(' ')[3], CultureInfo.InvariantCulture));
        Assert.Equal(320 + ((names - 4) * 20), plot); // four names a row, four rows within

        XElement Draw(int copies)
        {
            using var text = new StringWriter();
            LineChartSvg.Write(text, new LineChart { Title = "t", XLabel = "x", YLabel = "y", Series = [.. Enumerable.Repeat(broken, copies)] });
            return XElement.Parse(text.ToString());
        }
    }

    private RunFolder Run(int steps, string name = "run", double learningRate = 0.001)
    {
        using var settings = JsonDocument.Parse(string.Create(
            CultureInfo.InvariantCulture, $$"""{"optimizer":{"lr":{{learningRate}}},"note":"<script>alert(1)</script>"}"""));
        var run = RunFolder.Create(_folder.File(name), new RunManifest
        {
            Kind = "train",
            Settings = settings.RootElement.Clone(),
            CodeVersion = "1.2.3",
            Fingerprints = new Dictionary<string, string> { ["data"] = "abc123" },
            Machine = new Dictionary<string, string> { ["processor"] = "a fast one" },
            Started = new DateTimeOffset(2026, 1, 2, 12, 0, 0, TimeSpan.Zero),
        });
        for (var step = 1; step <= steps; step++)
        {
            var loss = step == 60 ? double.NaN : step == 50 ? 9 : 2 + (1.0 / step);
            run.Metrics.Append(step, Values(
                ("loss", loss),
                ("learning_rate", 1e-3 * Math.Min(1, step / 10.0)),
                ("gradient_norm", 1 + (0.1 * (step % 7))),
                ("tokens", step * 1024),
                ("entropy", 1)));
            if (step % 10 == 0)
            {
                run.Metrics.Append(step, Values(("validation_loss", 2.1 + (1.0 / step))));
            }

            run.Timings.Append(step, Values(("tokens_per_second", 1000 + (step % 5)), ("memory_bytes", 1e9), ("device_memory_bytes", 2e9)));
        }

        if (steps > 0)
        {
            run.Checkpoints.Save(steps, writer => writer.Write("a", stream => stream.Write("b"u8)));
        }

        return run;
    }

    private static IEnumerable<KeyValuePair<string, double>> Values(params (string Name, double Value)[] values) =>
        values.Select(value => KeyValuePair.Create(value.Name, value.Value));
}
