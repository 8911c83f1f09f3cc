using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using MathNet.Numerics.Distributions;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Inference;

/// <summary>How often intervals hold the truth, counted on planted tables whose runs differ by more than the noise of their checkpoints.</summary>
public sealed class CoverageTests
{
    private const double Rare = 1e-4;
    private const double Noise = 0.003;
    private const double RunEffect = 0.004;

    private static readonly double[] Sizes = [0.25, 0.5, 1.5, 3, 8];

    private static readonly string[] Names = ["N_C", "D_C", "E", "alpha", "beta", "gamma", "delta", "loss"];

    private static readonly LawPoint Place = new(1.5, 0.5, 0.25, Planted.BaseLoss(1.5));

    [Fact]
    public void Intervals_of_60_tables_hold_the_truth_neither_too_seldom_nor_too_often()
    {
        const int Tables = 60;
        var (wide, narrow) = Count(Tables, draws: 39, row => row.Run);

        // Of 95 % intervals, 60 counts say only what is too few; of 50 % intervals also what is too many.
        var least = Least(Tables, 0.9);
        var most = Tables - Least(Tables, 1 - 0.62);
        Assert.All(Names.Zip(wide), one => Assert.True(one.Second >= least, $"{one.First}: {one.Second} of {Tables}, at least {least}"));
        Assert.All(Names.Zip(narrow), one => Assert.True(one.Second <= most, $"{one.First}: {one.Second} of {Tables}, at most {most}"));

        // Checkpoints drawn one by one, as if they were independent, do not pass.
        var (single, _) = Count(Tables, draws: 39, row => $"{row.Run} {row.Point.Tokens}");
        Assert.Contains(single, count => count < least);
    }

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void Intervals_of_200_tables_hold_the_truth_in_90_to_99_of_100_cases()
    {
        var (wide, narrow) = Count(200, draws: 199, row => row.Run);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', Names.Zip(wide, narrow)));
        Assert.All(wide, count => Assert.InRange(count / 200.0, 0.9, 0.99));
    }

    [Fact]
    public void With_noise_of_5_millinats_predictions_are_true_to_twice_the_noise()
    {
        const double Sigma = 0.005;
        for (var seed = 0; seed < 10; seed++)
        {
            var rows = Planted.Rows(checkpoints: 40, noise: Sigma, seed: 300 + seed);
            var fit = LawFitter.FitFrom(
                FitProblem.Create(Planted.Law, rows), new FitSettings(), [Planted.Constants], TestContext.Current.CancellationToken);
            Assert.All(rows, row => Assert.Equal(Planted.Law.Loss(Planted.Constants, row.Point), fit.Predict(row.Point), 2 * Sigma));
        }
    }

    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(1, 0.85)]
    [InlineData(2, 0.9)]
    public void Intervals_by_residuals_of_15_and_30_runs_hold_the_truth_nearly_as_often_as_they_say(int seeds, double least)
    {
        var (wide, narrow) = Count(200, draws: 199, row => row.Run, seeds, BootstrapKind.Wild);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', Names.Zip(wide, narrow)));
        Assert.All(wide, count => Assert.InRange(count / 200.0, least, 0.99));
    }

    [Fact]
    public void Profiles_hold_the_truth_neither_too_seldom_nor_too_often_where_rows_are_independent()
    {
        const int Tables = 60;
        var (wide, narrow) = (0, 0);
        Parallel.For(0, Tables, table =>
        {
            var problem = FitProblem.Create(Planted.Law, Planted.Rows(checkpoints: 6, noise: Noise, seed: 700 + table));
            var settings = new FitSettings { Threads = 1 };
            var fit = LawFitter.FitFrom(problem, settings, [Planted.Constants], CancellationToken.None);
            Interlocked.Add(ref wide, ProfileLikelihood.Interval(problem, fit, settings, 4).Contains(Planted.Constants[4]) ? 1 : 0);
            Interlocked.Add(ref narrow, ProfileLikelihood.Interval(problem, fit, settings, 4, 0.5).Contains(Planted.Constants[4]) ? 1 : 0);
        });
        Assert.InRange(wide, Least(Tables, 0.95), Tables);
        Assert.InRange(narrow, Least(Tables, 0.5), Tables - Least(Tables, 0.5));
    }

    // The fewest of so many cases that are not a rare accident where each has this chance.
    private static int Least(int cases, double chance)
    {
        var least = 0;
        while (Binomial.CDF(chance, cases, least) < Rare)
        {
            least++;
        }

        return least;
    }

    // How many of the 95 % and of the 50 % intervals hold the truth, for each constant and the loss at a place.
    private static (int[] Wide, int[] Narrow) Count(
        int tables, int draws, Func<LawObservation, string> run, int seeds = 2, BootstrapKind kind = BootstrapKind.Runs)
    {
        var (wide, narrow) = (new int[Names.Length], new int[Names.Length]);
        double[] truth = [.. Planted.Constants, Planted.Law.Loss(Planted.Constants, Place)];
        var settings = new FitSettings { Threads = 1 };
        Parallel.For(0, tables, table =>
        {
            LawObservation[] rows =
            [
                .. Planted.Rows(Sizes, checkpoints: 6, noise: Noise, seed: 100 + table, seeds: seeds, runEffect: RunEffect)
                    .Select(row => row with { Run = run(row) }),
            ];
            var problem = FitProblem.Create(Planted.Law, rows);
            var fit = LawFitter.FitFrom(problem, settings, [Planted.Constants], CancellationToken.None);
            var repeated = ClusterBootstrap.Run(
                problem, rows, fit, settings, new BootstrapSettings { Draws = draws, Kind = kind, Seed = (ulong)table }).Constants;
            for (var at = 0; at < truth.Length; at++)
            {
                double[] values = [.. repeated.Select(one => at < one.Length ? one[at] : Planted.Law.Loss(one, Place))];
                Add(wide, at, BootstrapIntervals.Percentile(values), truth[at]);
                Add(narrow, at, BootstrapIntervals.Percentile(values, 0.5), truth[at]);
            }
        });
        return (wide, narrow);

        static void Add(int[] counts, int at, ParameterInterval interval, double truth)
        {
            if (interval.Contains(truth))
            {
                Interlocked.Increment(ref counts[at]);
            }
        }
    }
}
