using System.Globalization;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Validation;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>A fit as rows of text, the head first. A constant that the rows do not determine has no number.</summary>
public static class FitTables
{
    /// <summary>What stands in place of a number that must not be quoted.</summary>
    public const string NotIdentified = "not identifiable";

    private const string None = "–";

    /// <summary>Returns the constants with their units and intervals.</summary>
    /// <param name="file">The file of the fit.</param>
    /// <param name="card">The fit.</param>
    public static IReadOnlyList<string[]> Constants(FitFile file, FitCard card)
    {
        var (hasRepeats, hasProfiles) = (card.Bootstrap is not null, card.Constants.Any(constant => constant.ProfileInterval is not null));
        var percent = Percent(file.Level);
        string[] head =
        [
            "constant", "value",
            .. hasRepeats ? [$"{percent} % by {Drawn(card.Bootstrap!.Kind)}"] : Array.Empty<string>(),
            .. hasProfiles ? [$"{percent} % by profile"] : Array.Empty<string>(),
            "unit",
        ];
        return
        [
            head,
            .. card.Constants.Select(constant => (string[])
            [
                constant.Name,
                constant.IsGiven ? $"{Number(constant.PredictionValue)} (given)" : constant.Value is { } value ? Number(value) : NotIdentified,
                .. hasRepeats ? [Interval(constant.BootstrapInterval)] : Array.Empty<string>(),
                .. hasProfiles ? [Interval(constant.ProfileInterval)] : Array.Empty<string>(),
                Unit(constant.Unit, file),
            ]),
        ];
    }

    /// <summary>Returns the agreement with the rows, and with those that were kept back, which no constants were fitted to.</summary>
    public static IReadOnlyList<string[]> Agreement(FitFile file, FitCard card) =>
    [
        ["rows", "count", "R2", "RMSE", "mean Huber", "mean |error|/L", "mean |error|/|L-L0|", $"ASD (nats per {TokenUnit(file)})", "AICc"],
        ["fitted", .. Cells(card.Metrics), Number(card.Metrics.Aicc)],
        .. card.HoldOuts.Select(held => (string[])
            [$"held out: {held.Name}", .. held.Metrics is { } metrics ? Cells(metrics) : Enumerable.Repeat(None, 7), None]),
    ];

    /// <summary>Returns what the fits without the rows that were kept back can tell, and how their intervals hold these rows.</summary>
    public static IReadOnlyList<string[]> HeldOut(FitFile file, FitCard card) =>
    [
        ["held out", "fits", "rank", "not determined", $"in the {Percent(file.Level)} % interval", "mean width (nats)", "repeated fits"],
        .. card.HoldOuts.Select(held => (string[])
        [
            held.Name,
            Count(held.Fits),
            held.Rank is { } rank ? $"{Count(rank.Rank)} of {Count(rank.FreeCount)}" : None,
            held.Rank is { Unidentified: { Count: > 0 } lost } ? string.Join(", ", lost) : None,
            held.Intervals is { } intervals ? $"{Percent(intervals.Covered)} % of {Count(intervals.Rows.Count)}" : None,
            Number(held.Intervals?.MeanWidth),
            held.Intervals is { } repeated ? $"{Count(repeated.Repeats)} by {Drawn(repeated.Kind)}" : None,
        ]),
    ];

    /// <summary>Returns the laws beside each other: the fitted one, then the others, the smallest AICc first.</summary>
    public static IReadOnlyList<string[]> Comparison(FitCard card)
    {
        var own = new ComparedLaw(
            card.Law, card.Constants.Count(constant => !constant.IsGiven), card.Status, card.Metrics, card.HoldOuts);
        ComparedLaw[] laws = [.. card.Comparison.Prepend(own).OrderBy(law => law.Metrics?.Aicc ?? double.PositiveInfinity)];
        var best = laws[0].Metrics?.Aicc ?? double.NaN;
        return
        [
            ["law", "constants", "R2", "RMSE", "mean Huber", "AICc", "AICc above best", "BIC", .. card.HoldOuts.Select(held => $"RMSE, {held.Name}")],
            .. laws.Select(law => (string[])
            [
                law.Law,
                Count(law.Constants),
                .. law.Metrics is { } metrics
                    ? Criteria(metrics, best) : [law.Note ?? None, .. Enumerable.Repeat(None, 5)],
                .. card.HoldOuts.Select((_, at) => Number(law.HoldOuts.ElementAtOrDefault(at)?.Metrics?.Rmse)),
            ]),
        ];
    }

    /// <summary>Returns what a reader must know beside the numbers.</summary>
    public static IReadOnlyList<string> Notes(FitFile file, FitCard card)
    {
        var range = card.Range;
        return
        [
            .. file.Notes,
            .. card.Identifiability.Reasons,
            .. card.HoldOuts.Where(held => held.Note is not null).Select(held => $"held out {held.Name}: {held.Note}"),
            .. card.HoldOuts.Where(held => held.Rank?.Rank < held.Rank?.FreeCount).Select(Deficient),
            .. range.BelowBaseLoss > 0 ? [$"{Count(range.BelowBaseLoss)} of {Count(range.Rows)} rows have a loss below L0"] : Array.Empty<string>(),
            .. card.Bootstrap is { } record ? Repeats(record, range) : [],
        ];
    }

    /// <summary>Returns the objective, how it was reached and the rank, in a line.</summary>
    public static string Status(FitCard card) => string.Create(
        CultureInfo.InvariantCulture,
        $"{card.Objective} {card.ObjectiveValue:0.000000e+0}, {Words(card.Status.ToString())}, {card.StartsAtBest} of {card.Starts} starts end there; "
            + $"rank {card.Identifiability.Rank} of {card.Identifiability.FreeCount}, condition {card.Identifiability.Condition:0.0e+0}");

    /// <summary>Returns a number with six digits; a dash for none.</summary>
    public static string Number(double? value) => value is { } number && !double.IsNaN(number)
        ? number.ToString(Math.Abs(number) is >= 1e-4 and < 1e6 or 0 ? "G6" : "0.#####e+0", CultureInfo.InvariantCulture)
        : None;

    /// <summary>Returns an interval; a dash for none.</summary>
    public static string Interval(ParameterInterval? interval) => interval is { } known ? $"{Number(known.Lower)} to {Number(known.Upper)}" : None;

    /// <summary>Returns the unit of tokens in words.</summary>
    public static string TokenUnit(FitFile file) => file.Columns.TokenUnit == 1 ? "token" : $"{Number(file.Columns.TokenUnit)} tokens";

    private static string[] Criteria(LawMetrics metrics, double best) =>
    [
        Number(metrics.R2),
        Number(metrics.Rmse),
        Number(metrics.Huber),
        Number(metrics.Aicc),
        Number(metrics.Aicc - best),
        Number(metrics.Bic),
    ];

    private static string Deficient(HoldOutResult held) =>
        $"held out {held.Name}: without these rows the rank is {Count(held.Rank!.Rank)} of {Count(held.Rank.FreeCount)}: other constants fit what is left as well, "
            + "and may predict otherwise";

    private static IEnumerable<string> Repeats(BootstrapRecord record, DataRange range)
    {
        var isFew = range.Runs < BootstrapSettings.FewestDrawnRuns;
        if (isFew)
        {
            yield return record.Kind == BootstrapKind.Wild
                ? $"there are {Count(range.Runs)} runs, fewer than {Count(BootstrapSettings.FewestDrawnRuns)}: intervals are by residuals of runs (--draw wild)"
                : $"there are {Count(range.Runs)} runs, fewer than {Count(BootstrapSettings.FewestDrawnRuns)}: intervals by draws of runs are too short; --draw wild";
        }

        if (record.TooFew > 0)
        {
            yield return $"{Count(record.TooFew)} of {Count(record.Asked)} repeated fits had too few rows and do not count";
        }

        if (record.Deficient > 0)
        {
            yield return $"{Count(record.Deficient)} of {Count(record.Asked)} repeated fits lack a size or a rate that all rows have, and do not count";
        }
    }

    private static string Drawn(BootstrapKind kind) => kind == BootstrapKind.Wild ? "residuals of runs" : "runs";

    private static string Percent(double part) => (100 * part).ToString("0.##", CultureInfo.InvariantCulture);

    private static string[] Cells(LawMetrics metrics) =>
    [
        Count(metrics.Rows),
        Number(metrics.R2),
        Number(metrics.Rmse),
        Number(metrics.Huber),
        Number(metrics.RelativeError),
        Number(metrics.ExcessRelativeError),
        Number(metrics.SlopeDifference),
    ];

    private static string Unit(string unit, FitFile file) => unit
        .Replace("[N]", file.Columns.SizeUnit == 1 ? "[parameter]" : $"[{Number(file.Columns.SizeUnit)} parameters]", StringComparison.Ordinal)
        .Replace("[D]", $"[{TokenUnit(file)}]", StringComparison.Ordinal);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Words(string name) => string.Concat(name.Select((letter, at) =>
        at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
