using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Validation;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Fitting;

/// <summary>Fits that others published for the same rows.</summary>
public sealed class PublishedFitTests
{
    private static readonly ILaw Chinchilla = LawList.Find("chinchilla");

    private static readonly FitSettings Huber = new() { Objective = FitObjective.Find("lse-huber") };

    // Besiroglu et al. 2024 (arXiv 2404.10102): A, B, E, alpha, beta.
    private static readonly double[] Besiroglu = [477.84, 2143.86, 1.81724, 0.34731, 0.36718];

    [Fact]
    public void The_replication_of_Hoffmann_et_al_is_reached_from_a_part_of_its_starts() => Replicate(Huber with { MostStarts = 60, Seed = 1 });

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void The_replication_of_Hoffmann_et_al_is_reached_from_its_4500_starts()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var fit = Replicate(Huber);
        TestContext.Current.TestOutputHelper?.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s, {fit.StartsAtBest} of {fit.Starts}");
        Assert.Equal(4500, fit.Starts);
        Assert.InRange(fit.StartsAtBest, 1000, 4500);
    }

    [Fact]
    public void Squares_of_the_rows_of_Hoffmann_et_al()
    {
        var all = Squares(SharedRows.Hoffmann(1e6, 1e9));
        Near(all, [4.0598, 1.0745, 1.8828, 0.3576, 0.4276], 1e-4);
        Assert.Equal(0.083204, all.Objective, 1e-6);
        var rows = SharedRows.Hoffmann(1e6, 1e9, maxFlops: 1e21);
        Assert.Equal(217, rows.Count);
        var less = Squares(rows);
        Near(less, [4.0005, 1.0509, 1.9051, 0.3511, 0.4587], 1e-4);
        Assert.Equal(0.062414, less.Objective, 1e-6);
        var metrics = LawMetrics.Of(less, rows, 5, 1e-3);
        Assert.Equal((0.99604, 0.0045), (Math.Round(metrics.R2, 5), Math.Round(metrics.RelativeError, 4)));
    }

    [Fact]
    public void Hold_outs_of_dense_runs()
    {
        var rows = SharedRows.DeepMind();
        var all = Squares(rows);
        Near(all, [2.7342, 1.0751, 1.0398, 0.1536, 0.2417], 1e-4);
        Agrees(LawMetrics.Of(all, rows, 5, 1e-3), rmse: 0.0120, error: 0.00352, r2: 0.99814);
        var last = 0.8 * rows.Max(row => row.Point.Tokens);
        var early = Squares([.. rows.Where(row => row.Point.Tokens <= last)]);
        Near(early, [2.6664, 1.0147, 1.2288, 0.1593, 0.3149], 1e-4);
        Agrees(LawMetrics.Of(early, [.. rows.Where(row => row.Point.Tokens > last)], 5, 1e-3), rmse: 0.0225, error: 0.0068, r2: 0.9933);
        var held = HoldOutRun.Of(Chinchilla, rows, HoldOut.Find("size"), new FitSettings(), cancellation: TestContext.Current.CancellationToken);
        Agrees(held.Metrics!, rmse: 0.0264, error: 0.0095, r2: 0.944);
        var small = Squares([.. rows.Where(row => row.Point.Size < 100)]);
        Agrees(LawMetrics.Of(small, [.. rows.Where(row => row.Point.Size > 100)], 5, 1e-3), rmse: 0.0294, error: 0.0084, r2: null);
    }

    private static LawFit Squares(IReadOnlyList<LawObservation> rows) =>
        LawFitter.Fit(FitProblem.Create(Chinchilla, rows), new FitSettings(), TestContext.Current.CancellationToken);

    private static void Near(LawFit fit, double[] published, double tolerance)
    {
        foreach (var (ours, theirs) in fit.Parameters.Zip(published))
        {
            Assert.Equal(theirs, ours, tolerance);
        }
    }

    private static void Agrees(LawMetrics metrics, double rmse, double error, double? r2)
    {
        Assert.Equal(rmse, metrics.Rmse, 6e-5);
        Assert.Equal(error, metrics.RelativeError, 6e-5);
        Assert.Equal(r2 ?? metrics.R2, metrics.R2, 6e-4);
    }

    private static LawFit Replicate(FitSettings settings)
    {
        var fit = LawFitter.Fit(FitProblem.Create(Chinchilla, SharedRows.Hoffmann()), settings, TestContext.Current.CancellationToken);
        Assert.Equal(1.018274e-3, fit.Objective, 5e-10);
        Assert.Equal(FitStatus.Converged, fit.Status);
        foreach (var (ours, theirs) in fit.Parameters.Zip(Besiroglu))
        {
            Assert.InRange(ours / theirs, 1 - 5e-4, 1 + 5e-4);
        }

        return fit;
    }
}
