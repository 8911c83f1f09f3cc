using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Validation;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Validation;

public sealed class LawMetricsTests
{
    private static readonly LawObservation[] Rows = Planted.Rows(checkpoints: 6, noise: 0.01);

    [Fact]
    public void The_truth_and_the_truth_moved_up_have_no_slope_difference()
    {
        double[] truth = [.. Rows.Select(row => row.Loss)];
        Assert.Equal(0, AverageSlopeDifference.Of(Rows, truth));
        Assert.Equal(0, AverageSlopeDifference.Of(Rows, [.. truth.Select(loss => loss + 0.25)])!.Value, 1e-12);
        var metrics = LawMetrics.Of(Rows, truth, 7, 1e-3);
        Assert.Equal((1, 0, 0, 0), (metrics.R2, metrics.Rmse, metrics.Huber, metrics.RelativeError));
    }

    [Fact]
    public void The_slope_difference_by_hand_with_order_and_duplicates()
    {
        LawObservation[] rows = [Row(1, 4, "a"), Row(3, 2, "a"), Row(4, 2, "a"), Row(1, 5, "b")];
        double[] predictions = [4, 3, 2, 9]; // slopes −0.5 and −1 against −1 and 0; run b has no slope
        Assert.Equal(0.75, AverageSlopeDifference.Of(rows, predictions)!.Value, 1e-14);
        Assert.Equal(0.75, AverageSlopeDifference.Of([rows[2], rows[3], rows[0], rows[1], rows[2]], [2, 9, 4, 3, 2])!.Value, 1e-14);
        Assert.Null(AverageSlopeDifference.Of([rows[3]], [1]));
    }

    [Fact]
    public void The_mean_has_R2_zero_and_criteria_are_by_hand()
    {
        LawObservation[] rows = [Row(1, 1, "a", 0.5), Row(2, 3, "a", 0.5), Row(3, 5, "a", 0.5), Row(4, 7, "a", 0.5)];
        var metrics = LawMetrics.Of(rows, [4, 4, 4, 4], 1, 1);
        Assert.Equal(0, metrics.R2, 1e-14);
        Assert.Equal(Math.Sqrt(5), metrics.Rmse, 1e-14);
        Assert.Equal(((3 + 3 + 1 + 1) - (0.5 * 4)) / 4.0, metrics.Huber, 1e-14);
        Assert.Equal((3 + (1 / 3.0) + (1 / 5.0) + (3 / 7.0)) / 4, metrics.RelativeError, 1e-14);
        Assert.Equal((6 + (1 / 2.5) + (1 / 4.5) + (3 / 6.5)) / 4, metrics.ExcessRelativeError!.Value, 1e-14);
        Assert.Equal((4 * Math.Log(5)) + 4, metrics.Aic, 1e-12);
        Assert.Equal((4 * Math.Log(5)) + 16, metrics.Aicc, 1e-12); // 2·2·4/(4 − 2 − 1)
        Assert.Equal((4 * Math.Log(5)) + (2 * Math.Log(4)), metrics.Bic, 1e-12);
    }

    [Fact]
    public void The_planted_law_wins_by_criterion_and_on_what_is_kept_back()
    {
        var rows = Planted.Rows(sizes: [0.5, 1, 2, 4], checkpoints: 6, noise: 0.001, seed: 8);
        HoldOut[] ways = [HoldOut.Find("tokens"), HoldOut.Find("size"), HoldOut.Find("rate")];
        ComparedLaw Of(string law) => LawComparison.Of(LawList.Find(law), rows, new FitSettings(), ways, TestContext.Current.CancellationToken);
        static double Error(ComparedLaw law, int way) => law.HoldOuts[way].Metrics!.Rmse;
        var planted = Of("p2");
        foreach (var law in LawList.All.Select(law => law.Description.Name).Where(name => name is not ("p2" or "p2-rho-n0" or "bootstrapped")))
        {
            var rival = Of(law);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{law} {rival.Metrics!.Aicc - planted.Metrics!.Aicc:F1} {string.Join(' ', ways.Select((_, way) => $"{Error(rival, way) / Error(planted, way):F2}"))}");
            Assert.True(rival.Metrics!.Aicc > planted.Metrics!.Aicc + 10, law);
            Assert.True(ways.Select((_, way) => Error(rival, way) / Error(planted, way)).Max() > 2, law);
        }

        // A law that holds the planted one gains no more than chance, and pays for its constant.
        Assert.InRange(Of("p2-rho-n0").Metrics!.Aicc - planted.Metrics!.Aicc, -2, 4);
        Assert.Equal("the rows have no BaseTokens", Of("bootstrapped").Note);
    }

    private static LawObservation Row(double tokens, double loss, string run, double baseLoss = double.NaN) =>
        new(new LawPoint(1, tokens, 0.2, baseLoss), loss, run);
}
