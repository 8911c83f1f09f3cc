using System.Globalization;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;
using MathNet.Numerics.LinearAlgebra;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>Which constants the rows determine. What they do not determine must not be quoted; predictions are not concerned.</summary>
/// <param name="Rank">How many directions of the constants change a prediction.</param>
/// <param name="FreeCount">How many constants were fitted.</param>
/// <param name="Condition">The largest singular value of the scaled Jacobian over the least one that is not zero.</param>
/// <param name="Unidentified">The names of the constants that can change together without changing any prediction.</param>
/// <param name="Reasons">Why, and what to do; empty if all are determined.</param>
public sealed record Identifiability(
    int Rank, int FreeCount, double Condition, IReadOnlyList<string> Unidentified, IReadOnlyList<string> Reasons)
{
    private const double Flat = 1e-9;          // of the largest singular value: exact up to rounding
    private const double Poor = 1e5;           // such a condition makes constants useless with any noise
    private const double Share = 1e-3;         // of a constant in the flat directions

    /// <summary>Examines a fit at its constants and at typical ones: a term that is zero hides what it would not tell.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="rows">The rows.</param>
    public static Identifiability Of(FitProblem problem, LawFit fit, IReadOnlyList<LawObservation> rows)
    {
        var names = problem.Law.Description.Parameters.Select(parameter => parameter.Name).ToArray();
        var free = Enumerable.Range(0, names.Length).Where(at => double.IsNaN(problem.Fixed[at])).ToArray();
        int[] inside = [.. free.Where(at => !fit.AtBound.Contains(names[at]))];
        var found = Directions(problem, fit.Parameters, inside);
        var typical = Directions(problem, Typical(problem), free);
        int[] flat = [.. found.Flat.Union(typical.Flat).Order()];
        string[] hidden = [.. fit.AtBound.Except(flat.Select(at => names[at]))];
        string[] unidentified = [.. flat.Select(at => names[at]), .. hidden];
        return new Identifiability(
            Math.Min(found.Rank, typical.Rank),
            free.Length,
            found.Condition,
            [.. names.Where(unidentified.Contains)],
            [.. Explain(problem.Law.Description, rows, [.. flat.Select(at => names[at])], fit.AtBound, found.Condition)]);
    }

    private static (int Rank, double Condition, int[] Flat) Directions(FitProblem problem, double[] constants, int[] free)
    {
        if (free.Length == 0)
        {
            return (0, 1, []);
        }

        var svd = Jacobian(problem, constants, free).Svd();
        var rank = svd.S.Count(value => value > Flat * svd.S[0]);
        var flat = Enumerable.Range(0, free.Length)
            .Where(column => Enumerable.Range(rank, free.Length - rank).Sum(row => Math.Pow(svd.VT[row, column], 2)) > Share);
        return (rank, rank > 0 ? svd.S[0] / svd.S[rank - 1] : double.PositiveInfinity, [.. flat.Select(column => free[column])]);
    }

    // ∂L/∂ln c for coefficients; exponents by their size, at least 0.1.
    private static Matrix<double> Jacobian(FitProblem problem, double[] constants, int[] free)
    {
        var height = Math.Max(problem.Points.Length, free.Length); // a singular vector for each constant
        var jacobian = Matrix<double>.Build.Dense(height, free.Length);
        var gradient = new double[constants.Length];
        for (var row = 0; row < problem.Points.Length; row++)
        {
            problem.Law.Gradient(constants, problem.Points[row], gradient);
            var root = Math.Sqrt(problem.Weights[row]);
            for (var column = 0; column < free.Length; column++)
            {
                var at = free[column];
                var scale = at < problem.Terms ? Math.Abs(constants[at]) : Math.Max(0.1, Math.Abs(constants[at]));
                jacobian[row, column] = root * scale * gradient[at];
            }
        }

        return jacobian;
    }

    // Each term contributes about one nat; exponents are those of the last start, which are no special values.
    private static double[] Typical(FitProblem problem)
    {
        var description = problem.Law.Description;
        double[] exponents =
        [
            .. description.Exponents.Select((exponent, at) => double.IsNaN(problem.Fixed[problem.Terms + at])
                ? 0.9 * exponent.Starts[^1] * Math.Pow(problem.Reference.Tokens, exponent.TokenPower)
                : problem.Fixed[problem.Terms + at]),
        ];
        var terms = new double[problem.Terms];
        problem.Law.Terms(problem.Reference, exponents, terms, new double[problem.Terms * exponents.Length]);
        return [.. terms.Select((term, at) => double.IsNaN(problem.Fixed[at]) ? 1 / Math.Abs(term) : problem.Fixed[at]), .. exponents];
    }

    private static IEnumerable<string> Explain(
        LawDescription law, IReadOnlyList<LawObservation> rows, string[] flat, IReadOnlyList<string> atBound, double condition)
    {
        int Different(Func<LawObservation, double> value) => rows.Select(value).Distinct().Count();
        var (sizes, rates) = (Different(row => row.Point.Size), Different(row => row.Point.Rate));
        if (flat.Length > 0)
        {
            var counts = law.Inputs.HasFlag(LawInputs.Rate) ? $"{Text(sizes)} sizes and {Text(rates)} rates" : $"{Text(sizes)} sizes";
            yield return $"the rows have {counts}: {string.Join(", ", flat)} can change together without changing any prediction here";
        }

        if (flat.Length > 0 && sizes < 3 && law.Inputs.HasFlag(LawInputs.Size))
        {
            yield return "measure three sizes or more, or give a constant with --fix, for example --fix alpha=0.3";
        }

        if (flat.Contains("gamma") && rates < 2)
        {
            yield return "a single rate cannot tell gamma from the scale: measure a second rate, or give --fix gamma=0";
        }

        if (atBound.Count > 0)
        {
            yield return $"{string.Join(", ", atBound)} lies at the end of its range: its part of the law is not seen in these rows";
        }

        if (flat.Length == 0 && condition > Poor)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"the condition number is {condition:0.#e+0}: constants depend on noise more than on the law");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
