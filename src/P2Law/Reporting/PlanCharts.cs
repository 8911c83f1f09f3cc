using LlmEfficiency.Core.Reports;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>What more tokens would bring to the models of a table, and which of them is the best one at equal final size.</summary>
internal sealed class PlanCharts
{
    private const double Closed = 0.5; // the part of the gap that the marked tokens close

    private readonly FittedLaw _law;

    private readonly LossLines _lines;

    private readonly List<IGrouping<double, PlannedRun>> _groups = [];

    private readonly double[] _rates;

    /// <summary>Finds the models: sizes and rates, with the mean L0 of their runs.</summary>
    /// <param name="law">The fit.</param>
    /// <param name="columns">Where the rows come from.</param>
    /// <param name="rows">The rows.</param>
    public PlanCharts(FittedLaw law, ObservationColumns columns, IReadOnlyList<LawObservation> rows)
    {
        (_law, _lines) = (law, new LossLines(law));
        _rates = [.. rows.Select(row => row.Point.Rate).Where(rate => !double.IsNaN(rate)).Distinct().Order()];
        if (law.Law.Description.Inputs.HasFlag(LawInputs.Tokens))
        {
            PlannedRun[] models =
            [
                .. rows.GroupBy(row => (row.Point.Size, Rate: FitTables.Number(row.Point.Rate)))
                    .Select(group => PlannedRun.Of([.. group], columns))
                    .OrderBy(run => run.Model.Size).ThenBy(run => run.Model.Rate),
            ];
            _groups = [.. models.GroupBy(run => double.IsNaN(run.Model.Rate) ? double.NaN : run.Model.Size)];
        }
    }

    // A law without them takes a pruned model for its base.
    private bool KnowsRates => _rates.Length > 0 && _law.Law.Description.Inputs.HasFlag(LawInputs.Rate);

    /// <summary>Returns the model of a row.</summary>
    public static PlannedModel Model(in LawPoint point, ObservationColumns columns) =>
        new(point.Size * columns.SizeUnit, point.Rate, point.BaseLoss, point.BaseTokens * columns.TokenUnit);

    /// <summary>Returns loss and gain up to at least ten times the measured tokens, a chart a size; without rates, one for all sizes.</summary>
    public IReadOnlyList<LineChart> Plan() => [.. _groups.Take(ChartLimits.MostCharts).SelectMany(Charts)];

    /// <summary>Returns the models that lead to one size within the measured rates; empty if there are not two.</summary>
    public IReadOnlyList<LineChart> EqualSize()
    {
        if (Shared() is not var (finalSize, models))
        {
            return [];
        }

        var (first, last) = Ends([.. _groups.SelectMany(group => group)]);
        var tokens = last / 10;
        return [PlanReport.EqualSize(_law, finalSize, [.. models.OrderBy(model => _law.Loss(model, tokens, _law.Constants))], tokens, first, last)];
    }

    /// <summary>Says what the charts do not show.</summary>
    public IReadOnlyList<string> LeftOut() =>
    [
        .. Missing("plans: sizes", ChartLimits.MostCharts, _groups.Count),
        .. _groups.Take(ChartLimits.MostCharts).SelectMany(group => Missing(
            double.IsNaN(group.Key) ? "plans: models" : $"plans: rates at N0 = {FitTables.Number(group.Key)}", ChartLimits.MostCurves, group.Count())),
        .. _groups.SelectMany(group => group.Take(ChartLimits.MostCurves).Where(run => Marked(run) is null)).Select(run =>
            $"{PlanReport.Name(run.Model)}: no dot: half of the gap is not closed within a hundred times the measured tokens"),
        .. _groups.Count > 1 && KnowsRates && Shared() is null ? ["no chart of equal final size: no two sizes lead to one within the measured rates"] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Missing(string what, int most, int all) =>
        all > most ? [FormattableString.Invariant($"{what}: {most} of {all} are drawn")] : [];

    private static (double First, double Last) Ends(IReadOnlyCollection<PlannedRun> runs) => (runs.Min(run => run.First), 10 * runs.Max(run => run.Last));

    private IEnumerable<LineChart> Charts(IGrouping<double, PlannedRun> group)
    {
        PlannedRun[] runs = [.. group.Take(ChartLimits.MostCurves)];
        var (first, last) = Ends(runs);
        last = runs.Select(Marked).OfType<double>().Append(last).Max();
        var where = double.IsNaN(group.Key) ? string.Empty : $", N0 = {FitTables.Number(group.Key)}";
        yield return new LineChart
        {
            Title = $"Loss{where}",
            XLabel = "tokens; dot: half of the gap at the last measured ones is closed",
            YLabel = "loss (nats a token)",
            IsXLogarithmic = true,
            Series = [.. runs.Select(run => _lines.Loss(Name(run.Model), run.Model, first, last, Marked(run)))],
        };
        yield return new LineChart
        {
            Title = $"Gain of more tokens{where}",
            XLabel = "tokens",
            YLabel = "nats a billion tokens",
            IsXLogarithmic = true,
            IsYLogarithmic = true,
            Series = [.. runs.Select(run => _lines.Gain(Name(run.Model), run.Model, first, last, Marked(run)))],
        };
    }

    private static string Name(PlannedModel model) =>
        double.IsNaN(model.Rate) ? PlanReport.Name(model) : $"rho = {FitTables.Number(model.Rate)}";

    // D*: where half of the gap between the last measured tokens and the asymptote is closed.
    private double? Marked(PlannedRun run)
    {
        var tokens = _law.TokensForFraction(run.Model, run.Last, Closed, _law.Constants);
        return tokens >= run.First && tokens <= 100 * run.Last ? tokens : null;
    }

    // Of the sizes that a size and a rate of the table lead to, the largest of those that most sizes lead to; at least two must.
    private (double FinalSize, PlannedModel[] Models)? Shared()
    {
        if (!KnowsRates)
        {
            return null;
        }

        PlannedModel[] bases = [.. _groups.Where(group => !double.IsNaN(group.Key)).Select(group => group.First().Model)];
        var choices =
            from run in _groups.SelectMany(size => size)
            let size = run.Model.Size * (1 - run.Model.Rate)
            let models = bases.Select(model => model with { Rate = 1 - (size / model.Size) }).Where(IsMeasured).ToArray()
            where models.Length > 1
            orderby models.Length descending, size descending
            select ((double, PlannedModel[])?)(size, models);
        return choices.FirstOrDefault();

        bool IsMeasured(PlannedModel model) => model.Rate >= _rates[0] - 1e-9 && model.Rate <= _rates[^1] + 1e-9;
    }
}
