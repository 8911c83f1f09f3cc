using System.Globalization;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Reporting;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Fits for a person.</summary>
internal static class FitText
{
    /// <summary>Returns constants, agreement, comparison and what to know, for each fit.</summary>
    public static string Format(FitFile file) =>
        string.Join($"{Environment.NewLine}{Environment.NewLine}", file.Fits.Select(fit => Format(file, fit)));

    private static string Format(FitFile file, FitCard card)
    {
        var range = card.Range;
        var group = card.Group.Length > 0 ? $"{card.Group}: " : string.Empty;
        string[] lines =
        [
            $"{group}{card.Law}: {card.Formula}",
            string.Create(
                CultureInfo.InvariantCulture, $"{range.Rows} rows, {range.Runs} runs, {range.Sizes} sizes, {range.Rates} {(range.Rates == 1 ? "rate" : "rates")} of a size"),
            FitTables.Status(card),
            string.Empty,
            TextTable.Format(FitTables.Constants(file, card)),
            string.Empty,
            TextTable.Format(FitTables.Agreement(file, card)),
            .. card.HoldOuts.Count > 0 ? [string.Empty, TextTable.Format(FitTables.HeldOut(file, card))] : Array.Empty<string>(),
            .. card.Comparison.Count > 0 ? [string.Empty, TextTable.Format(FitTables.Comparison(card))] : Array.Empty<string>(),
            .. FitTables.Notes(file, card).Select((note, at) => $"{(at == 0 ? Environment.NewLine : string.Empty)}note: {note}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }
}
