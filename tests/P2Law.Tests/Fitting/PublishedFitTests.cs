using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;
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
    public void The_replication_of_Hoffmann_et_al_is_reached_from_a_part_of_its_starts() => Replicate(Huber with { MostStarts = 300, Seed = 1 });

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
