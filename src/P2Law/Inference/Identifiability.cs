using System.Globalization;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;

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
    /// <summary>Examines a fit at its constants and at typical ones: a term that is zero hides what it would not tell.</summary>
    /// <param name="problem">The law and the rows.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="rows">The rows.</param>
    public static Identifiability Of(FitProblem problem, LawFit fit, IReadOnlyList<LawObservation> rows)
    {
        string[] names = [.. problem.Law.Description.Parameters.Select(parameter => parameter.Name)];
        var free = Sensitivity.Free(problem);
        int[] bounded = [.. free.Where(at => fit.AtBound.Contains(names[at]))];
        var found = Sensitivity.Of(problem, fit.Parameters, [.. free.Except(bounded)]);
        var typical = Sensitivity.Typical(problem);
        int[] flat = [.. found.Flat.Union(typical.Flat).Union(Sensitivity.TiedToTheRate(problem, fit.Parameters)).Order()];

        // A scale is only known together with its exponent: at the end of the range of α, N_C stands for nothing.
        int[] scales = [.. bounded.Where(at => at >= problem.Terms).SelectMany(at => Sensitivity.TermsOf(problem, fit.Parameters, at)).Except(bounded).Distinct()];
        int[] weak = [.. found.Weak.Except(flat)];
        int[] unidentified = [.. flat.Union(bounded).Union(scales).Union(weak).Order()];
        string[] Named(int[] constants) => [.. constants.Order().Select(at => names[at])];
        return new Identifiability(
            Math.Min(found.Rank, typical.Rank),
            free.Length,
            found.Condition,
            Named(unidentified),
            [
                .. OfFlat(problem, rows, Named(flat)),
                .. OfBounds(Named(bounded), Named([.. scales.Except(flat)])),
                .. weak.Length > 0 ? [OfWeak(found.Condition, Named(weak))] : Array.Empty<string>(),
            ]);
    }

    private static IEnumerable<string> OfFlat(FitProblem problem, IReadOnlyList<LawObservation> rows, string[] flat)
    {
        if (flat.Length == 0)
        {
            yield break;
        }

        var law = problem.Law.Description;
        var sizes = rows.Select(row => row.Point.Size).Distinct().Count();
        var rates = RateLevels.Most(problem.Points);
        var counts = law.Inputs.HasFlag(LawInputs.Rate) ? $"{Count(sizes, "size")} and {Count(rates, "rate")} of each" : Count(sizes, "size");
        yield return $"the rows have {counts}: {string.Join(", ", flat)} can change together without changing predictions here";
        if (sizes < 3 && law.Inputs.HasFlag(LawInputs.Size))
        {
            yield return "measure three sizes or more, or give a constant with --fix, for example --fix alpha=0.3";
        }

        if (law.Inputs.HasFlag(LawInputs.Rate) && RateLevels.IsSingle(problem.Points))
        {
            var given = flat.Contains("gamma") ? "--fix gamma=0" : $"--fix {flat[^1]}=VALUE";
            yield return $"a single rate cannot tell {(flat.Contains("gamma") ? "gamma" : flat[^1])} from the scale: measure a second rate, or give {given}";
        }
    }

    private static IEnumerable<string> OfBounds(string[] bounded, string[] scales)
    {
        if (bounded.Length > 0)
        {
            var verb = bounded.Length > 1 ? "lie at the ends of their ranges: their parts" : "lies at the end of its range: its part";
            yield return $"{string.Join(", ", bounded)} {verb} of the law {(bounded.Length > 1 ? "are" : "is")} not seen in these rows";
        }

        if (scales.Length > 0)
        {
            yield return $"{string.Join(", ", scales)}: a scale says nothing without its exponent";
        }
    }

    private static string OfWeak(double condition, string[] weak) => string.Create(
        CultureInfo.InvariantCulture,
        $"the condition number is {condition:0.#e+0}: {string.Join(", ", weak)} depend on noise more than on the law and are not quoted");

    private static string Count(int number, string noun) => $"{number.ToString(CultureInfo.InvariantCulture)} {noun}{(number == 1 ? string.Empty : "s")}";
}
