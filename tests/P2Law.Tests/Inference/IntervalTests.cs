using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using MathNet.Numerics.Distributions;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Inference;

public sealed class IntervalTests
{
    private static readonly LawPoint Place = new(1.5, 0.5, 0.25, Planted.BaseLoss(1.5));

    [Fact]
    public void Repeated_fits_depend_on_the_seed_and_on_nothing_else()
    {
        var first = Repeat(seed: 1, threads: 1);
        Assert.Equal(first, Repeat(seed: 1, threads: 4));
        Assert.NotEqual(first, Repeat(seed: 2, threads: 4));

        static double[] Repeat(ulong seed, int threads)
        {
            var rows = Planted.Rows(checkpoints: 4, noise: 0.005);
            var problem = FitProblem.Create(Planted.Law, rows);
            var settings = new FitSettings { Threads = threads };
            var fit = LawFitter.Fit(problem, settings, TestContext.Current.CancellationToken);
            return [.. ClusterBootstrap.Run(problem, rows, fit, settings, new BootstrapSettings { Draws = 12, Seed = seed }).SelectMany(draw => draw)];
        }
    }

    [Fact]
    public void Percentiles_are_those_of_the_values_and_correction_changes_nothing_where_nothing_is_askew()
    {
        double[] values = [.. Enumerable.Range(0, 1001).Select(at => at / 1000.0)];
        var plain = BootstrapIntervals.Percentile(values, 0.9);
        Assert.Equal((0.05, 0.95), (plain.Lower, plain.Upper), (one, two) => Math.Abs(one.Item1 - two.Item1) + Math.Abs(one.Item2 - two.Item2) < 1e-9);
        var corrected = BootstrapIntervals.Accelerated(values, 0.5, [0.4, 0.5, 0.6], 0.9);
        Assert.Equal(plain.Lower, corrected.Lower, 2e-3);
        Assert.Equal(plain.Upper, corrected.Upper, 2e-3);
        Assert.True(BootstrapIntervals.Accelerated(values, 0.6, [0.4, 0.5, 0.6], 0.9).Upper > 0.96); // half of the values below: biased downwards
    }

    [Fact]
    public void The_profile_of_a_linear_law_is_the_interval_of_Student()
    {
        // With alpha and beta given, A / N^alpha + B / D^beta + E is linear.
        var law = LawList.Find("chinchilla");
        LawObservation[] rows =
        [
            .. Planted.Rows(checkpoints: 5, noise: 0.01, seed: 9).Select(row => row with
            {
                Loss = row.Loss - Planted.Law.Loss(Planted.Constants, row.Point) + law.Loss([0.5, 0.4, 1.8, 0.3, 0.45], row.Point),
            }),
        ];
        var problem = FitProblem.Create(law, rows, new Dictionary<string, double> { ["alpha"] = 0.3, ["beta"] = 0.45 });
        var settings = new FitSettings();
        var fit = LawFitter.Fit(problem, settings, TestContext.Current.CancellationToken);
        var design = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(rows.Length, 3, (row, column) => column switch
        {
            0 => Math.Pow(rows[row].Point.Size, -0.3),
            1 => Math.Pow(rows[row].Point.Tokens, -0.45),
            _ => 1,
        });
        var variance = fit.Objective / (rows.Length - 3);
        var error = Math.Sqrt(variance * design.TransposeThisAndMultiply(design).Inverse()[1, 1]);
        var half = StudentT.InvCDF(0, 1, rows.Length - 3, 0.975) * error;
        var profile = ProfileLikelihood.Interval(problem, fit, settings, 1, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(fit.Parameters[1] - half, profile.Lower, 1e-4 * half);
        Assert.Equal(fit.Parameters[1] + half, profile.Upper, 1e-4 * half);
    }

    [Fact]
    public void A_constant_that_is_not_determined_has_open_ends()
    {
        var rows = Planted.Rows(sizes: [0.5, 1.5], checkpoints: 8, noise: 0.005);
        var problem = FitProblem.Create(Planted.Law, rows);
        var fit = LawFitter.Fit(problem, new FitSettings(), TestContext.Current.CancellationToken);
        var interval = ProfileLikelihood.Interval(problem, fit, new FitSettings(), 3, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(5, interval.Upper); // the end of alpha's range
    }

    [Fact]
    public void Intervals_hold_the_truth_about_as_often_as_they_say() => Coverage(trials: 10, least: 0.6);

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void Intervals_hold_the_truth_in_90_to_99_of_100_cases() => Coverage(trials: 200, least: 0.9);

    // 27 runs; the loss at a place, beta and gamma.
    private static void Coverage(int trials, double least)
    {
        var held = new int[4];
        Parallel.For(0, trials, trial =>
        {
            var rows = Planted.Rows(checkpoints: trials > 100 ? 8 : 4, noise: 0.005, seed: 100 + trial, seeds: 3);
            var problem = FitProblem.Create(Planted.Law, rows);
            var settings = new FitSettings { Threads = 1 };
            var fit = LawFitter.FitFrom(problem, settings, [Planted.Constants], CancellationToken.None);
            var draws = ClusterBootstrap.Run(problem, rows, fit, settings, new BootstrapSettings { Draws = trials > 100 ? 199 : 29, Seed = (ulong)trial });
            Count(0, BootstrapIntervals.Percentile(draws.Select(draw => Planted.Law.Loss(draw, Place))), Planted.Law.Loss(Planted.Constants, Place));
            Count(1, BootstrapIntervals.Percentile(draws.Select(draw => draw[4])), Planted.Constants[4]);
            Count(2, BootstrapIntervals.Percentile(draws.Select(draw => draw[5])), Planted.Constants[5]);
            Count(3, ProfileLikelihood.Interval(problem, fit, settings, 4), Planted.Constants[4]);
        });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', held));
        Assert.All(held, count => Assert.InRange(count / (double)trials, least, least > 0.85 ? 0.995 : 1));

        void Count(int at, ParameterInterval interval, double truth)
        {
            if (interval.Contains(truth))
            {
                Interlocked.Increment(ref held[at]);
            }
        }
    }
}
