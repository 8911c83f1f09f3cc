using LlmEfficiency.Core.Sampling;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Fitting;

/// <summary>The constants that searches begin with.</summary>
internal static class StartGrid
{
    /// <summary>Returns the starts of a problem: the whole grid of the law, or as many of it as are wanted.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="settings">How it is fitted.</param>
    /// <returns>Coefficients, then exponents; coefficients are NaN where least squares is to find them.</returns>
    public static IReadOnlyList<double[]> Of(FitProblem problem, FitSettings settings)
    {
        var description = problem.Law.Description;
        var givesTerms = settings.Objective is { IsRobust: true, IsLogarithmic: true }
            && description.Coefficients.All(coefficient => coefficient.Starts.Count > 0);
        double[][] axes =
        [
            .. description.Parameters.Select((parameter, at) =>
                !double.IsNaN(problem.Fixed[at]) ? [problem.Fixed[at]]
                : at >= problem.Terms ? [.. parameter.Starts.Select(start => start * Math.Pow(problem.Reference.Tokens, parameter.TokenPower))]
                : givesTerms ? parameter.Starts.ToArray() : [double.NaN]),
        ];
        var total = axes.Aggregate(1L, (product, axis) => product * axis.Length);
        var random = new SequenceRandom(settings.Seed, 0);
        var chosen = total <= settings.MostStarts
            ? Enumerable.Range(0, (int)total).Select(index => (long)index)
            : Enumerable.Range(0, settings.MostStarts).Select(draw => (long)(random.Uniform(draw) * total));
        return [.. chosen.Select(index => Constants(problem, settings, axes, index, givesTerms))];
    }

    private static double[] Constants(FitProblem problem, FitSettings settings, double[][] axes, long index, bool givesTerms)
    {
        var start = new double[axes.Length];
        for (var axis = 0; axis < axes.Length; axis++)
        {
            start[axis] = axes[axis][(int)(index % axes[axis].Length)];
            index /= axes[axis].Length;
        }

        if (givesTerms)
        {
            Levels(problem, settings, start);
        }

        return start;
    }

    // ln c for single parameters and tokens becomes c for the units of the problem.
    private static void Levels(FitProblem problem, FitSettings settings, double[] start)
    {
        var (terms, reference) = (problem.Terms, problem.Reference);
        var single = new LawPoint(
            reference.Size * settings.SizeUnit,
            reference.Tokens * settings.TokenUnit,
            reference.Rate,
            reference.BaseLoss,
            reference.BaseTokens * settings.TokenUnit);
        Span<double> before = stackalloc double[terms];
        Span<double> after = stackalloc double[terms];
        Span<double> slopes = stackalloc double[terms * problem.Exponents];
        problem.Law.Terms(single, start.AsSpan(terms), before, slopes);
        problem.Law.Terms(reference, start.AsSpan(terms), after, slopes);
        for (var term = 0; term < terms; term++)
        {
            if (double.IsNaN(problem.Fixed[term]))
            {
                start[term] = Math.Exp(start[term]) * (before[term] / after[term]);
            }
        }
    }
}
