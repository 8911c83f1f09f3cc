using System.Collections.Concurrent;
using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Fitting;

/// <summary>Fits laws: many searches at the same time, then the best ones to the end.</summary>
public static class LawFitter
{
    private const int FirstIterations = 200;
    private const int LastIterations = 5000;
    private const int Finalists = 8;
    private const int RawStarts = 8;
    private const double FirstTolerance = 1e-9;
    private const double LastTolerance = 1e-14;
    private const double SameObjective = 1e-6;

    /// <summary>Fits a law from all of its starts.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="settings">How.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The best fit; it does not depend on the number of threads.</returns>
    /// <exception cref="LlmEfficiencyException">There are fewer rows than constants, or the law has no value at any start.</exception>
    public static LawFit Fit(FitProblem problem, FitSettings settings, CancellationToken cancellation = default)
    {
        var starts = StartGrid.Of(problem, settings);
        return FitFrom(
            problem,
            settings,
            settings.Objective.IsProjected || !double.IsNaN(starts[0].Sum()) ? starts : [.. Presolved(problem, settings, starts, cancellation)],
            cancellation);
    }

    /// <summary>Fits a law from given starts.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="settings">How.</param>
    /// <param name="starts">The constants to begin with; coefficients may be NaN. They stay as they are.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="LlmEfficiencyException">There are fewer rows than constants, or the law has no value at any start.</exception>
    internal static LawFit FitFrom(
        FitProblem problem, FitSettings settings, IReadOnlyList<double[]> starts, CancellationToken cancellation)
    {
        if (problem.Points.Length < problem.FreeCount)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"the law {problem.Law.Description.Name} has {problem.FreeCount} constants, there are {problem.Points.Length} rows: give more rows, or fix constants");
        }

        var ends = starts.Select(start => (double[])start.Clone()).ToArray();
        var results = new (double Objective, FitStatus Status)[starts.Count];
        Each(problem, settings, ends.Length, (search, at) => results[at] = search.Run(ends[at], FirstIterations, FirstTolerance), cancellation);
        int[] best = [.. Enumerable.Range(0, ends.Length).OrderBy(at => results[at].Objective).Take(Finalists)];
        Each(
            problem,
            settings,
            best.Length,
            (search, at) => results[best[at]] = search.Run(ends[best[at]], LastIterations, LastTolerance),
            cancellation);
        var winner = best.MinBy(at => results[at].Objective);
        var (objective, status) = results[winner];
        if (!double.IsFinite(objective))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Numerics, $"the law {problem.Law.Description.Name} has no finite value at any start: check the units of the columns");
        }

        var bounded = AtBound(problem, ends[winner]);
        return new LawFit(
            problem.Law,
            ends[winner],
            objective,
            status == FitStatus.Converged && bounded.Length > 0 ? FitStatus.BoundHit : status,
            starts.Count,
            results.Count(result => result.Objective <= (objective * (1 + SameObjective)) + 1e-18),
            bounded);
    }

    // Squares with eliminated coefficients are solved fast: their optima are good starts for other objectives. A few of the
    // grid are taken as they are, since outliers may pull all of these optima away.
    private static IEnumerable<double[]> Presolved(
        FitProblem problem, FitSettings settings, IReadOnlyList<double[]> starts, CancellationToken cancellation)
    {
        var ends = starts.Select(start => (double[])start.Clone()).ToArray();
        var costs = new double[ends.Length];
        var squares = settings with { Objective = FitObjective.Projected };
        Each(problem, squares, ends.Length, (search, at) => costs[at] = search.Run(ends[at], FirstIterations, FirstTolerance).Objective, cancellation);
        var optima = Enumerable.Range(0, ends.Length)
            .Where(at => double.IsFinite(costs[at]))
            .OrderBy(at => costs[at])
            .DistinctBy(at => costs[at].ToString("E3", CultureInfo.InvariantCulture))
            .Take(Finalists)
            .Select(at => ends[at]);
        return optima.Concat(starts.Where((_, at) => at % Math.Max(1, starts.Count / RawStarts) == 0));
    }

    private static void Each(
        FitProblem problem, FitSettings settings, int count, Action<Search, int> run, CancellationToken cancellation)
    {
        if (count == 1 || settings.Threads == 1)
        {
            var search = new Search(problem, settings);
            for (var at = 0; at < count; at++)
            {
                cancellation.ThrowIfCancellationRequested();
                run(search, at);
            }

            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation };
        Parallel.ForEach(
            Partitioner.Create(0, count, Math.Max(1, Math.Min(64, count / (4 * settings.Threads)))),
            options,
            () => new Search(problem, settings),
            (range, _, search) =>
            {
                for (var at = range.Item1; at < range.Item2; at++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    run(search, at);
                }

                return search;
            },
            _ => { });
    }

    private static string[] AtBound(FitProblem problem, double[] constants)
    {
        var parameters = problem.Law.Description.Parameters;
        var levels = new double[problem.Terms];
        problem.Law.Terms(
            problem.Reference, constants.AsSpan(problem.Terms), levels, new double[problem.Terms * problem.Exponents]);
        return
        [
            .. Enumerable.Range(0, constants.Length).Where(at => double.IsNaN(problem.Fixed[at]) && IsAtBound(at)).Select(at => parameters[at].Name),
        ];

        // A term that contributes a billionth of a nat is not there.
        bool IsAtBound(int at) => at < problem.Terms
            ? problem.Lower[at] == 0 && constants[at] * Math.Abs(levels[at]) < 1e-9
            : constants[at] <= problem.Lower[at] || constants[at] >= problem.Upper[at];
    }
}
