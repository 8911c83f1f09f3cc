using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Reporting;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Reporting;

public sealed class FitReportTests
{
    private static readonly double[] Rates = [0.125, 0.25, 0.375, 0.5];

    private static readonly double[] NearSizes = [1, 1.25, 1.5];

    [Fact]
    public void The_page_has_curves_residuals_plan_and_constants()
    {
        var rows = Planted.Rows(checkpoints: 5);
        var file = EditedFits.File(rows, "p2", Planted.Constants, Planted.Constants);
        var html = FitReport.Build(file, EditedFits.Table(rows)).ToHtml();
        foreach (var part in new[] { "Constants", "Curves", "Residuals", "Plan", "Agreement", file.DataSha256, "class=\"band", "class=\"dot" })
        {
            Assert.Contains(part, html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_run_of_three_seeds_and_four_rates_is_drawn()
    {
        var rows = Planted.Rows(rates: Rates, checkpoints: 4, seeds: 3);
        var html = FitReport.Build(EditedFits.File(rows, "p2", Planted.Constants, Planted.Constants), EditedFits.Table(rows)).ToHtml();
        Assert.Equal(3 * 4 * 3, html.Split("<path class=\"raw ").Length - 1);
        Assert.Contains("rho = 0.375 (3 runs)", html, StringComparison.Ordinal);
        Assert.DoesNotContain("are drawn", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_drawn_is_said()
    {
        double[] sizes = [.. Enumerable.Range(1, 30).Select(at => 0.1 * at)], rates = [.. Enumerable.Range(1, 26).Select(at => 0.02 * at)];
        LawObservation[] rows = [.. Planted.Rows(sizes, [0.25], checkpoints: 2), .. Planted.Rows([0.1], rates, checkpoints: 2)];
        var html = FitReport.Build(EditedFits.File(rows, "p2", Planted.Constants), EditedFits.Table(rows)).ToHtml();
        Assert.Contains("sizes: 24 of 30 are drawn", html, StringComparison.Ordinal);
        Assert.Contains("curves at N = 1e+8: 24 of 27 are drawn", html, StringComparison.Ordinal);
        Assert.Contains("plans: rates at N0 = 1e+8: 24 of 27 are drawn", html, StringComparison.Ordinal);
        Assert.Contains("no intervals: the law was fitted without repeated fits", html, StringComparison.Ordinal);
        LawObservation[] single = [.. Planted.Rows([0.5], checkpoints: 2), .. Planted.Rows([1.5], checkpoints: 1)];
        var other = FitReport.Build(EditedFits.File(single, "p2", Planted.Constants, Planted.Constants), EditedFits.Table(single)).ToHtml();
        Assert.Contains("sizes without a run of two losses, and without a curve: 1", other, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_has_a_dot_where_half_of_the_gap_is_closed()
    {
        var rows = Planted.Rows(rates: Rates, checkpoints: 4);
        var law = EditedFits.Of("p2", Planted.Constants);
        var charts = new PlanCharts(law, law.File.Columns, rows).Plan();
        Assert.Equal(2 * 3, charts.Count);
        var tokens = 0.5e9 * Math.Pow(0.5, -1 / Planted.Constants[4]);
        foreach (var chart in charts.Where(chart => chart.Title.StartsWith("Loss", StringComparison.Ordinal)))
        {
            Assert.Equal(4, chart.Series.Count);
            Assert.All(chart.Series, line => Assert.Equal(tokens, line.Points[^1].X, 1e-6 * tokens));
            Assert.All(chart.Series, line => Assert.True(double.IsNaN(line.Points[^2].Y)));
        }
    }

    [Fact]
    public void At_equal_final_size_the_best_model_is_marked()
    {
        var rows = Planted.Rows(NearSizes, Rates, checkpoints: 4);
        var law = EditedFits.Of("p2", Planted.Constants);
        var chart = Assert.Single(new PlanCharts(law, law.File.Columns, rows).EqualSize());
        Assert.Equal("Equal final size: 8.75e+8 parameters", chart.Title); // the largest that three sizes lead to: 1 (1 - 0.125)
        Assert.Equal(3, chart.Series.Count);
        var best = NearSizes.MinBy(size => Planted.Law.Loss(Planted.Constants, new LawPoint(size, 0.5, 1 - (0.875 / size), Planted.BaseLoss(size))));
        Assert.Equal($"N0 = {FitTables.Number(best * 1e9)}, rho = {FitTables.Number(1 - (0.875 / best))} (best)", chart.Series[0].Name);
        Assert.Equal(0.5e9, chart.Series[0].Points[^1].X, 1);
        var far = new PlanCharts(law, law.File.Columns, Planted.Rows(checkpoints: 2));
        Assert.Empty(far.EqualSize());
        Assert.Contains(far.LeftOut(), note => note.StartsWith("no chart of equal final size", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("logarithmic", new[] { 0.08, 1, -1, 0 })]
    [InlineData("sengupta", new[] { 0.9, -1 })]
    [InlineData("exponential", new[] { 2, 0.5, 10, -1, 0 })]
    public void Other_laws_have_a_page_too(string law, double[] constants)
    {
        var rows = Planted.Rows(NearSizes, Rates, checkpoints: 3);
        var html = FitReport.Build(EditedFits.File(rows, law, constants, constants), EditedFits.Table(rows)).ToHtml();
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.Equal(law == "logarithmic", html.Contains("no dot: half of the gap", StringComparison.Ordinal));
    }
}
