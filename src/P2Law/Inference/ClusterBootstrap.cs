using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>Fits a law again to draws of whole runs.</summary>
public static class ClusterBootstrap
{
    // Webb 2013: more different draws than signs alone have.
    private static readonly double[] WebbWeights =
        [-Math.Sqrt(1.5), -1, -Math.Sqrt(0.5), Math.Sqrt(0.5), 1, Math.Sqrt(1.5)];

    /// <summary>Fits the law to every draw.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="rows">The rows, in the same order.</param>
    /// <param name="fit">The fit to all rows.</param>
    /// <param name="settings">How the law was fitted.</param>
    /// <param name="bootstrap">How often, and what is drawn.</param>
    /// <param name="progress">Hears how much is done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The constants of the draws that tell what all rows tell; they do not depend on the number of threads.</returns>
    public static BootstrapDraws Run(
        FitProblem problem,
        IReadOnlyList<LawObservation> rows,
        LawFit fit,
        FitSettings settings,
        BootstrapSettings bootstrap,
        IProgress<string>? progress = null,
        CancellationToken cancellation = default)
    {
        var runs = Runs(rows);
        var kind = bootstrap.KindFor(runs.Max() + 1);
        var rank = kind == BootstrapKind.Wild || bootstrap.Draws == 0 ? 0 : Sensitivity.Typical(problem).Rank; // wild keeps all places
        var residuals = kind == BootstrapKind.Wild ? RunLeverage.Without(problem, fit, runs) : [];
        var (results, isDeficient) = (new double[bootstrap.Draws][], new bool[bootstrap.Draws]);
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation };
        Parallel.For(0, bootstrap.Draws, options, draw =>
        {
            var random = new SequenceRandom(bootstrap.Seed, (ulong)draw);
            var drawn = kind == BootstrapKind.Wild ? Wild(problem, runs, residuals, fit, random) : Resampled(problem, runs, random);
            isDeficient[draw] = rank > 0 && Sensitivity.Typical(drawn).Rank < rank;
            results[draw] = isDeficient[draw] ? [] : TryFit(drawn, settings, fit, cancellation);
            var count = Interlocked.Increment(ref done);
            progress?.Report(string.Create(CultureInfo.InvariantCulture, $"bootstrap {count} of {bootstrap.Draws}"));
        });
        double[][] fitted = [.. results.Where(constants => constants.Length > 0)];
        var deficient = isDeficient.Count(one => one);
        return new BootstrapDraws(kind, fitted, results.Length - fitted.Length - deficient, deficient);
    }

    /// <summary>Fits the law without each run in turn.</summary>
    /// <returns>The constants, one array a run that can be spared.</returns>
    public static IReadOnlyList<double[]> LeaveOneOut(
        FitProblem problem, IReadOnlyList<LawObservation> rows, LawFit fit, FitSettings settings, CancellationToken cancellation = default)
    {
        var runs = Runs(rows);
        var results = new double[runs.Max() + 1][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation };
        Parallel.For(0, results.Length, options, left =>
            results[left] = TryFit(problem.WithWeights([.. runs.Select(run => run == left ? 0.0 : 1)]), settings, fit, cancellation));
        return [.. results.Where(constants => constants.Length > 0)];
    }

    /// <summary>Returns the number of the run of each row.</summary>
    internal static int[] Runs(IReadOnlyList<LawObservation> rows)
    {
        var numbers = new Dictionary<string, int>();
        return [.. rows.Select(row => numbers.TryGetValue(row.Run, out var number) ? number : numbers[row.Run] = numbers.Count)];
    }

    private static FitProblem Resampled(FitProblem problem, int[] runs, SequenceRandom random)
    {
        var counts = new double[runs.Max() + 1];
        for (var draw = 0; draw < counts.Length; draw++)
        {
            counts[(int)(random.Uniform(draw) * counts.Length)]++;
        }

        return problem.WithWeights([.. runs.Select(run => counts[run])]);
    }

    private static FitProblem Wild(FitProblem problem, int[] runs, double[] residuals, LawFit fit, SequenceRandom random) => problem.WithLosses(
    [
        .. problem.Points.Select((point, row) =>
            fit.Predict(point) + (WebbWeights[(int)(random.Uniform(runs[row]) * WebbWeights.Length)] * residuals[row])),
    ]);

    private static double[] TryFit(FitProblem problem, FitSettings settings, LawFit fit, CancellationToken cancellation)
    {
        try
        {
            return Refit.From(problem, settings, fit.Parameters, cancellation).Parameters;
        }
        catch (LlmEfficiencyException)
        {
            return []; // too few rows in this draw
        }
    }
}
