using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using MathNet.Numerics.Distributions;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Inference;

public sealed class IntervalTests
{
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
            return [.. ClusterBootstrap.Run(problem, rows, fit, settings, new BootstrapSettings { Draws = 12, Seed = seed }).Constants.SelectMany(draw => draw)];
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
    public void Checkpoints_that_are_there_twice_do_not_shrink_intervals_by_runs()
    {
        var rows = Planted.Rows(checkpoints: 4, noise: 0.003, seed: 2, runEffect: 0.004);
        LawObservation[] twice = [.. rows.SelectMany(row => new[] { row, row })];
        foreach (var kind in Enum.GetValues<BootstrapKind>())
        {
            Assert.InRange(Width(twice, kind) / Width(rows, kind), 0.999, 1.001);
        }

        // What draws rows as if each were a run takes the copies for news.
        Assert.InRange(Width(EachARun(twice), BootstrapKind.Runs) / Width(EachARun(rows), BootstrapKind.Runs), 0.2, 0.85);

        static LawObservation[] EachARun(LawObservation[] rows) => [.. rows.Select((row, at) => row with { Run = $"{at}" })];

        static double Width(LawObservation[] rows, BootstrapKind kind)
        {
            var problem = FitProblem.Create(Planted.Law, rows);
            var settings = new FitSettings();
            var fit = LawFitter.FitFrom(problem, settings, [Planted.Constants], TestContext.Current.CancellationToken);
            var draws = ClusterBootstrap.Run(problem, rows, fit, settings, new BootstrapSettings { Draws = 60, Kind = kind, Seed = 3 });
            var interval = BootstrapIntervals.Percentile(draws.Constants.Select(draw => draw[5])); // gamma
            return interval.Upper - interval.Lower;
        }
    }

    [Fact]
    public void A_draw_that_lacks_a_size_does_not_count()
    {
        // Two of three sizes have one run: a third of the draws has not all of them.
        LawObservation[] rows =
        [
            .. Planted.Rows(sizes: [0.5], checkpoints: 8, noise: 0.003),
            .. Planted.Rows(sizes: [1.5], rates: [0.25], checkpoints: 8, noise: 0.003, seed: 1),
            .. Planted.Rows(sizes: [3], rates: [0.35], checkpoints: 8, noise: 0.003, seed: 2),
        ];
        var problem = FitProblem.Create(Planted.Law, rows);
        var fit = LawFitter.FitFrom(problem, new FitSettings(), [Planted.Constants], TestContext.Current.CancellationToken);
        BootstrapDraws Run(BootstrapKind? kind) =>
            ClusterBootstrap.Run(problem, rows, fit, new FitSettings(), new BootstrapSettings { Draws = 40, Kind = kind });
        var runs = Run(BootstrapKind.Runs);
        Assert.InRange(runs.Deficient, 12, 39); // two runs are missing of five with 1 - 2 (4/5)^5 + (3/5)^5 = 0.42
        Assert.Equal(40, runs.Constants.Count + runs.Deficient + runs.TooFew);
        var wild = Run(null); // five runs: wild
        Assert.Equal((BootstrapKind.Wild, 40, 0), (wild.Kind, wild.Constants.Count, wild.Deficient));
        Assert.Equal(BootstrapKind.Runs, new BootstrapSettings().KindFor(20));
    }
}
