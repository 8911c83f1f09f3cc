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
        var percent = (100 * file.Level).ToString("0.##", CultureInfo.InvariantCulture);
        string[] head =
        [
            "constant", "value",
            .. hasRepeats ? [$"{percent} % by runs"] : Array.Empty<string>(),
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

    /// <summary>Returns the agreement with the rows, and with those that were kept back.</summary>
    public static IReadOnlyList<string[]> Agreement(FitFile file, FitCard card) =>
    [
        ["rows", "count", "R2", "RMSE", "mean |error|/L", "mean |error|/|L-L0|", $"ASD (nats per {TokenUnit(file)})"],
        ["fitted", .. Cells(card.Metrics)],
        .. card.HoldOuts.Select(held => (string[])
            [$"held out: {held.Name}", .. held.Metrics is { } metrics ? Cells(metrics) : [None, None, None, None, None, None]]),
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
            ["law", "constants", "R2", "RMSE", "AICc above best", "BIC", .. card.HoldOuts.Select(held => $"RMSE, {held.Name}")],
            .. laws.Select(law => (string[])
            [
                law.Law,
                Count(law.Constants),
                law.Metrics is { } metrics ? Number(metrics.R2) : law.Note ?? None,
                Number(law.Metrics?.Rmse),
                Number(law.Metrics?.Aicc - best),
                Number(law.Metrics?.Bic),
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
            .. range.BelowBaseLoss > 0 ? [$"{Count(range.BelowBaseLoss)} of {Count(range.Rows)} rows have a loss below L0"] : Array.Empty<string>(),
            .. card.Bootstrap is { Draws: { } draws } record && draws.Count < record.Asked
                ? [$"{Count(record.Asked - draws.Count)} of {Count(record.Asked)} repeated fits had too few rows"] : Array.Empty<string>(),
        ];
    }

    /// <summary>Returns the objective, how it was reached and the rank, in a line.</summary>
    public static string Status(FitCard card) => string.Create(
        CultureInfo.InvariantCulture,
        $"{card.Objective} {card.ObjectiveValue:0.000000e+0}, {Words(card.Status.ToString())}, {card.StartsAtBest} of {card.Starts} starts end there; "
            + $"rank {card.Identifiability.Rank} of {card.Identifiability.FreeCount}, condition {card.Identifiability.Condition:0.0e+0}");

    /// <summary>Returns a number with six digits; a dash for none.</summary>
    public static string Number(double? value) => value is { } number && !double.IsNaN(number)
        ? number.ToString(Math.Abs(number) is >= 1e-4 and < 1e7 or 0 ? "G6" : "0.#####e+0", CultureInfo.InvariantCulture)
        : None;

    /// <summary>Returns an interval; a dash for none.</summary>
    public static string Interval(ParameterInterval? interval) => interval is { } known ? $"{Number(known.Lower)} to {Number(known.Upper)}" : None;

    /// <summary>Returns the unit of tokens in words.</summary>
    public static string TokenUnit(FitFile file) => file.Columns.TokenUnit == 1 ? "token" : $"{Number(file.Columns.TokenUnit)} tokens";

    private static string[] Cells(LawMetrics metrics) =>
    [
        Count(metrics.Rows),
        Number(metrics.R2),
        Number(metrics.Rmse),
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
