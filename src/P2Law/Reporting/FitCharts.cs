using LlmEfficiency.Core.Reports;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>The charts of a fit.</summary>
/// <param name="law">The fit.</param>
/// <param name="columns">Where the rows come from.</param>
/// <param name="rows">The rows.</param>
internal sealed class FitCharts(FittedLaw law, ObservationColumns columns, IReadOnlyList<LawObservation> rows)
{
    private const int MostCurves = 8;
    private const int MostSizes = 12;
    private const int Places = 60;
    private const int MostDraws = 200;

    /// <summary>Returns a chart a size with a curve a run: predicted with its band, measured behind it.</summary>
    public IReadOnlyList<LineChart> Curves() =>
    [
        .. rows.GroupBy(row => row.Point.Size)
            .Where(size => size.GroupBy(row => row.Run).Any(run => run.Count() > 1))
            .OrderBy(size => size.Key)
            .Take(MostSizes)
            .Select(size => new LineChart
            {
                Title = double.IsNaN(size.Key) ? "Loss" : $"N = {FitTables.Number(size.Key * columns.SizeUnit)}",
                XLabel = "tokens",
                YLabel = "loss (nats a token); faint: measured",
                IsXLogarithmic = true,
                Series = [.. size.GroupBy(row => row.Run).Take(MostCurves).Select(Curve)],
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

    /// <summary>Returns what more tokens would bring: the loss and the gain up to ten times the tokens that were measured.</summary>
    public IReadOnlyList<LineChart> Plan()
    {
        if (!law.Law.Description.Inputs.HasFlag(LawInputs.Tokens))
        {
            return [];
        }

        LawObservation[] models = [.. rows.GroupBy(row => (row.Point.Size, row.Point.Rate)).Select(group => group.First()).Take(MostCurves)];
        return
        [
            Planned("Loss", "loss (nats a token)", false, models, point => (constants, tokens) => law.Law.Loss(constants, point.WithTokens(tokens))),
            Planned("Gain of more tokens", "nats a billion tokens", true, models, point => (constants, tokens) =>
                (law.Law.Loss(constants, point.WithTokens(tokens * 0.999)) - law.Law.Loss(constants, point.WithTokens(tokens * 1.001)))
                    / (0.002 * tokens * columns.TokenUnit) * 1e9),
        ];
    }

    private LineChart Planned(
        string title,
        string label,
        bool isLogarithmic,
        IEnumerable<LawObservation> models,
        Func<LawPoint, Func<double[], double, double>> value) => new()
        {
            Title = title,
            XLabel = "tokens",
            YLabel = label,
            IsXLogarithmic = true,
            IsYLogarithmic = isLogarithmic,
            Series =
            [
                .. models.Select(row =>
                {
                    var all = rows.Where(other => other.Point.Size.Equals(row.Point.Size)).ToArray();
                    return Line(Name(row.Point), all.Min(one => one.Point.Tokens), 10 * all.Max(one => one.Point.Tokens), value(row.Point), []);
                }),
            ],
        };

    private ChartSeries Curve(IGrouping<string, LawObservation> run)
    {
        var point = run.First().Point;
        return Line(
            double.IsNaN(point.Rate) || columns.Run is not null ? run.Key : Name(point),
            run.Min(row => row.Point.Tokens),
            run.Max(row => row.Point.Tokens),
            (constants, tokens) => law.Law.Loss(constants, point.WithTokens(tokens)),
            [.. run.OrderBy(row => row.Point.Tokens).Select(row => new ChartPoint(row.Point.Tokens * columns.TokenUnit, row.Loss))]);
    }

    private ChartSeries Line(
        string name, double first, double last, Func<double[], double, double> value, IReadOnlyList<ChartPoint> measured)
    {
        double[] places = [.. Enumerable.Range(0, Places).Select(at => first * Math.Pow(last / first, at / (Places - 1.0)))];
        double[][] draws = [.. law.Draws.Take(MostDraws)];
        return new ChartSeries
        {
            Name = name,
            Points = [.. places.Select(tokens => new ChartPoint(tokens * columns.TokenUnit, value(law.Constants, tokens)))],
            Band = draws.Length == 0 ? [] : [.. places.Select(Piece)],
            Raw = measured,
        };

        ChartInterval Piece(double tokens)
        {
            var interval = BootstrapIntervals.Percentile(draws.Select(constants => value(constants, tokens)), law.Level);
            return new ChartInterval(tokens * columns.TokenUnit, interval.Lower, interval.Upper);
        }
    }

    // Points that no line joins: each is followed by a gap.
    private ChartSeries[] Scatter(Func<LawObservation, double> across, Func<LawObservation, double> up)
    {
        var sizes = rows.GroupBy(row => row.Point.Size).OrderBy(size => size.Key).ToArray();
        var groups = sizes.Length <= MostCurves
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

    private string Name(LawPoint point) => double.IsNaN(point.Rate)
        ? $"N = {FitTables.Number(point.Size * columns.SizeUnit)}"
        : $"N0 = {FitTables.Number(point.Size * columns.SizeUnit)}, rho = {FitTables.Number(point.Rate)}";
}
