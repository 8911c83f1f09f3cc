using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>Fits a law to a part of the rows and judges it by the rest.</summary>
public static class HoldOutRun
{
    // Of many fits each has its share of the draws, and at least these: all their intervals are judged together.
    private const int LeastDraws = 40;

    /// <summary>Judges a law.</summary>
    /// <param name="law">The law.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="way">What is kept back.</param>
    /// <param name="settings">How the law is fitted.</param>
    /// <param name="givens">Constants that are not fitted.</param>
    /// <param name="intervals">How predictions get intervals; null for none.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static HoldOutResult Of(
        ILaw law,
        IReadOnlyList<LawObservation> rows,
        HoldOut way,
        FitSettings settings,
        IReadOnlyDictionary<string, double>? givens = null,
        IntervalSettings? intervals = null,
        CancellationToken cancellation = default)
    {
        var splits = way.Split(rows).ToArray();
        var fits = new PartialFits(law, settings, givens, Shared(intervals, splits.Length), cancellation);
        try
        {
            foreach (var (part, test) in splits)
            {
                fits.Add(part, test);
            }
        }
        catch (LlmEfficiencyException problem) when (problem.Kind != ErrorKind.Usage)
        {
            return new HoldOutResult(way.Name, fits.Count, null, problem.Message);
        }

        return fits.Count == 0
            ? new HoldOutResult(way.Name, 0, null, $"nothing is kept back: this takes {way.Needs}")
            : fits.Result(way.Name, FitProblem.Create(law, rows, givens).FreeCount);
    }

    private static IntervalSettings? Shared(IntervalSettings? intervals, int splits) => intervals is { Bootstrap: { Draws: > 0 } bootstrap }
        ? intervals with { Bootstrap = bootstrap with { Draws = Math.Min(bootstrap.Draws, Math.Max(LeastDraws, bootstrap.Draws / Math.Max(1, splits))) } }
        : null;
}
