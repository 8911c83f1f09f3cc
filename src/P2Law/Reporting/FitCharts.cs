using LlmEfficiency.Core.Reports;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>The charts of a fit beside its rows.</summary>
/// <param name="law">The fit.</param>
/// <param name="columns">Where the rows come from.</param>
/// <param name="rows">The rows.</param>
internal sealed class FitCharts(FittedLaw law, ObservationColumns columns, IReadOnlyList<LawObservation> rows)
{
    private const int MostColours = 8;

    private readonly LossLines _lines = new(law);

    /// <summary>Returns a chart a size with a colour a rate: predicted with its band for each run, measured behind it.</summary>
    public IReadOnlyList<LineChart> Curves() =>
    [
        .. Curved().Take(ChartLimits.MostCharts).Select(size => new LineChart
        {
            Title = double.IsNaN(size.Key) ? "Loss" : $"N = {FitTables.Number(size.Key * columns.SizeUnit)}",
            XLabel = "tokens",
            YLabel = "loss (nats a token); faint: measured",
            IsXLogarithmic = true,
            Series = [.. size.GroupBy(Colour).Take(ChartLimits.MostCurves).Select(Curve)],
        }),
    ];

    /// <summary>Returns the errors over tokens, and predictions over measurements.</summary>
    public IReadOnlyList<LineChart> Residuals() =>
    [
        new LineChart
        {
            Title = "Residuals",
            XLabel = double.IsNaN(rows[0].Point.Tokens) ? "rate" : "tokens",
            YLabel = "predicted - measured (nats)",
            IsXLogarithmic = !double.IsNaN(rows[0].Point.Tokens),
            Series = Scatter(row => double.IsNaN(row.Point.Tokens) ? row.Point.Rate : row.Point.Tokens * columns.TokenUnit, row => Predicted(row) - row.Loss),
        },
        new LineChart
        {
            Title = "Predicted over measured",
            XLabel = "measured loss (nats)",
            YLabel = "predicted loss (nats)",
            Series = Scatter(row => row.Loss, Predicted),
        },
    ];

    /// <summary>Says what the curves do not show; empty if they show all.</summary>
    public IReadOnlyList<string> LeftOut()
    {
        var curved = Curved();
        var single = rows.Select(row => row.Point.Size).Distinct().Count() - curved.Count;
        return
        [
            .. Missing("sizes", ChartLimits.MostCharts, curved.Count),
            .. curved.Take(ChartLimits.MostCharts).SelectMany(size => Missing(
                FormattableString.Invariant($"curves at N = {FitTables.Number(size.Key * columns.SizeUnit)}"),
                ChartLimits.MostCurves,
                size.Select(Colour).Distinct().Count())),
            .. single > 0 ? [FormattableString.Invariant($"sizes without a run of two losses, and without a curve: {single}")] : Array.Empty<string>(),
            .. law.Draws.Count > LossLines.MostDraws
                ? [FormattableString.Invariant($"bands: of the first {LossLines.MostDraws} of {law.Draws.Count} repeated fits")] : Array.Empty<string>(),
            .. law.IntervalNote is { } note ? [note] : Array.Empty<string>(),
        ];
    }

    private static IEnumerable<string> Missing(string what, int most, int all) =>
        all > most ? [FormattableString.Invariant($"{what}: {most} of {all} are drawn")] : [];

    // Runs of one rate share a colour; without rates each run has its own.
    private static string Colour(LawObservation row) => double.IsNaN(row.Point.Rate) ? row.Run : $"rho = {FitTables.Number(row.Point.Rate)}";

    private List<IGrouping<double, LawObservation>> Curved() =>
    [
        .. rows.GroupBy(row => row.Point.Size)
            .Where(size => size.GroupBy(row => row.Run).Any(run => run.Select(row => row.Point.Tokens).Distinct().Count() > 1))
            .OrderBy(size => size.Key),
    ];

    private ChartSeries Curve(IGrouping<string, LawObservation> colour)
    {
        ChartSeries[] runs = [.. colour.GroupBy(row => row.Run).Select(run => Curve([.. run.OrderBy(row => row.Point.Tokens)]))];
        return LossLines.Join(runs.Length > 1 ? FormattableString.Invariant($"{colour.Key} ({runs.Length} runs)") : colour.Key, runs);
    }

    private ChartSeries Curve(LawObservation[] run)
    {
        var model = PlanCharts.Model(run[0].Point, columns);
        var (first, last) = (run[0].Point.Tokens * columns.TokenUnit, run[^1].Point.Tokens * columns.TokenUnit);
        return _lines.Loss(run[0].Run, model, first, last) with
        {
            Raw = [.. run.Select(row => new ChartPoint(row.Point.Tokens * columns.TokenUnit, row.Loss))],
        };
    }

    // Points that no line joins: each is followed by a gap.
    private ChartSeries[] Scatter(Func<LawObservation, double> across, Func<LawObservation, double> up)
    {
        var sizes = rows.GroupBy(row => row.Point.Size).OrderBy(size => size.Key).ToArray();
        var groups = sizes.Length <= MostColours
            ? sizes.Select(size => (Name: $"N = {FitTables.Number(size.Key * columns.SizeUnit)}", Rows: size.ToArray()))
            : [(Name: "rows", Rows: rows.ToArray())];
        return
        [
            .. groups.Select(group => new ChartSeries
            {
                Name = group.Name,
                Points = [.. group.Rows.SelectMany(row => new[] { new ChartPoint(across(row), up(row)), new ChartPoint(across(row), double.NaN) })],
            }),
        ];
    }

    private double Predicted(LawObservation row) => law.Law.Loss(law.Constants, row.Point);
}
