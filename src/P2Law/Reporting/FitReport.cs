using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>The page about fits: one HTML file with curves, residuals, constants and what more tokens bring.</summary>
public static class FitReport
{
    /// <summary>Makes the page.</summary>
    /// <param name="file">The fits.</param>
    /// <param name="data">The table that they were made from; another one shows how well they predict it.</param>
    /// <exception cref="LlmEfficiencyException">The table does not have what the laws need.</exception>
    public static HtmlReport Build(FitFile file, DataTable data)
    {
        return new HtmlReport(
            $"{file.Fits[0].Law}: {Path.GetFileName(file.DataFile)}",
            file.Fits[0].Formula,
            [
                .. file.Fits.SelectMany(fit => Sections(file, fit, data)),
                new ReportNotes(
                    "Code and data",
                    data.Sha256 == file.DataSha256 ? Facts(file) : [.. Facts(file), "the charts show another table than the fitted one"]),
            ]);
    }

    /// <summary>Returns what a fit was made by and of.</summary>
    internal static string[] Facts(FitFile file) =>
        [$"code version {file.CodeVersion}", $"seed {file.Seed}", $"data {file.DataFile}", $"SHA-256 {file.DataSha256}"];

    private static IEnumerable<ReportSection> Sections(FitFile file, FitCard card, DataTable data)
    {
        var law = LawList.Find(card.Law);
        LawObservation[] rows = [.. ObservationReader.Read(data, file.Columns, law).Rows.Where(row => row.Group == card.Group)];
        var prefix = card.Group.Length > 0 ? $"{card.Group}: " : string.Empty;
        yield return Table($"{prefix}Constants", FitTables.Constants(file, card));
        yield return new ReportNotes($"{prefix}What to know", [FitTables.Status(card), .. FitTables.Notes(file, card)]);
        yield return Table($"{prefix}Agreement", FitTables.Agreement(file, card));
        if (card.HoldOuts.Count > 0)
        {
            yield return Table($"{prefix}Kept back", FitTables.HeldOut(file, card));
        }

        if (card.Comparison.Count > 0)
        {
            yield return Table($"{prefix}Laws", FitTables.Comparison(card));
        }

        if (rows.Length == 0)
        {
            yield return new ReportNotes($"{prefix}Curves", ["the table has no rows of this group"]);
            yield break;
        }

        var fitted = new FittedLaw(file, card);
        var (charts, plans) = (new FitCharts(fitted, file.Columns, rows), new PlanCharts(fitted, file.Columns, rows));
        (string Title, IReadOnlyList<LineChart> Charts)[] parts =
            [("Curves", charts.Curves()), ("Residuals", charts.Residuals()), ("Plan", [.. plans.Plan(), .. plans.EqualSize()])];
        foreach (var (title, drawn) in parts.Where(part => part.Charts.Count > 0))
        {
            yield return new ReportCharts(prefix + title, drawn);
        }

        string[] missing = [.. charts.LeftOut(), .. plans.LeftOut()];
        if (missing.Length > 0)
        {
            yield return new ReportNotes($"{prefix}What the charts leave out", missing);
        }
    }

    private static ReportTable Table(string title, IReadOnlyList<string[]> rows) => new(title, rows[0], [.. rows.Skip(1)]);
}
