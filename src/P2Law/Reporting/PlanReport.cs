using LlmEfficiency.Core.Reports;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>The page about a plan: one HTML file with the answer and the curves it lies on.</summary>
public static class PlanReport
{
    private const double Farthest = 1e4; // times beyond the measured tokens that a chart still shows

    /// <summary>Makes the page about how many tokens a model should get.</summary>
    /// <param name="answer">The plan.</param>
    /// <param name="law">The fit that was asked.</param>
    public static HtmlReport Build(PlanAnswer answer, FittedLaw law)
    {
        var model = Name(answer.Model);
        return new HtmlReport(
            $"Plan by {law.Card.Law}{Group(law)}",
            model.Length > 0 ? $"{law.Card.Formula}; {model}" : law.Card.Formula,
            Sections(PlanTables.Rows(answer, law), PlanTables.Notes(answer, law), Charts(answer, law), law, answer.Tokens));
    }

    /// <summary>Makes the page about which model to prune to a size.</summary>
    /// <param name="plan">The choice.</param>
    /// <param name="law">The fit that was asked.</param>
    public static HtmlReport Build(SizePlan plan, FittedLaw law)
    {
        var budget = $"{FitTables.Number(plan.Budget.Value)} {(plan.Budget.Kind == PlanKind.Compute ? "FLOPs" : "tokens")}";
        double[] tokens = [.. plan.Candidates.Select(one => one.Tokens)];
        IReadOnlyList<LineChart> charts = Ends(law, [tokens.Min(), tokens.Max()]) is var (first, last)
            ? [EqualSize(law, plan.FinalSize, [.. plan.Candidates.Select(one => one.Model)], plan.Candidates[0].Tokens, first, last)]
            : [];
        return new HtmlReport(
            $"Which model to prune to {FitTables.Number(plan.FinalSize)} parameters, by {law.Card.Law}{Group(law)}",
            $"{law.Card.Formula}; {budget} each",
            Sections(PlanTables.Rows(plan, law), PlanTables.Notes(plan, law), charts, law, tokens.Max()));
    }

    /// <summary>Draws the loss of models that are pruned to one size, the best one first and with a dot.</summary>
    /// <param name="law">The fit.</param>
    /// <param name="finalSize">The parameters that are left.</param>
    /// <param name="models">The models with their rates, the best one first.</param>
    /// <param name="tokens">Where the best one is the best.</param>
    /// <param name="first">The fewest tokens of the chart.</param>
    /// <param name="last">The most.</param>
    internal static LineChart EqualSize(
        FittedLaw law, double finalSize, IReadOnlyList<PlannedModel> models, double tokens, double first, double last) => new()
        {
            Title = $"Equal final size: {FitTables.Number(finalSize)} parameters",
            XLabel = "tokens",
            YLabel = "loss (nats a token); dot: the best",
            IsXLogarithmic = true,
            Series =
            [
                .. models.Select((model, at) => new LossLines(law).Loss(
                    at == 0 ? $"{Name(model)} (best)" : Name(model), model, first, last, at == 0 ? tokens : null)),
            ],
        };

    /// <summary>Returns a model in words; what is not known is left out.</summary>
    internal static string Name(PlannedModel model)
    {
        (string Name, double Value)[] parts = [("N0", model.Size), ("rho", model.Rate)];
        return string.Join(", ", parts.Where(part => !double.IsNaN(part.Value)).Select(part => $"{part.Name} = {FitTables.Number(part.Value)}"));
    }

    private static IReadOnlyList<LineChart> Charts(PlanAnswer answer, FittedLaw law)
    {
        var planned = answer.IsFeasible && answer.Tokens > 0 ? answer.Tokens : double.NaN;
        if (Ends(law, [planned]) is not var (first, last))
        {
            return [];
        }

        double? marked = planned >= first && planned <= last ? planned : null;
        var lines = new LossLines(law);
        var (question, hasAsymptote) = (answer.Question, double.IsFinite(answer.Asymptote));
        return
        [
            new LineChart
            {
                Title = "Loss",
                XLabel = "tokens",
                YLabel = $"loss (nats a token){(marked is null ? string.Empty : "; dot: the plan")}",
                IsXLogarithmic = true,
                Series =
                [
                    lines.Loss("loss", answer.Model, first, last, marked),
                    .. hasAsymptote ? [LossLines.Level("asymptote", first, last, answer.Asymptote, answer.AsymptoteInterval)] : Array.Empty<ChartSeries>(),
                    .. question.Kind == PlanKind.TargetLoss ? [LossLines.Level("target", first, last, question.Value)] : Array.Empty<ChartSeries>(),
                ],
            },
            new LineChart
            {
                Title = "Gain of more tokens",
                XLabel = "tokens",
                YLabel = "nats a billion tokens",
                IsXLogarithmic = true,
                IsYLogarithmic = true,
                Series =
                [
                    lines.Gain("gain", answer.Model, first, last, marked),
                    .. question.Kind == PlanKind.Slope ? [LossLines.Level("slope", first, last, question.Value * 1e9)] : Array.Empty<ChartSeries>(),
                ],
            },
        ];
    }

    // From the fewest measured tokens to ten times the most, and to the planned ones where they are not absurdly far.
    private static (double First, double Last)? Ends(FittedLaw law, double[] planned)
    {
        if (law.Card.Range is not { LeastTokens: { } least, MostTokens: { } most })
        {
            return null;
        }

        double[] near = [.. planned.Where(tokens => tokens >= least / Farthest && tokens <= most * Farthest)];
        return (near.Append(least).Min(), near.Select(tokens => 2 * tokens).Append(10 * most).Max());
    }

    private static IReadOnlyList<ReportSection> Sections(
        IReadOnlyList<string[]> rows, IReadOnlyList<string> notes, IReadOnlyList<LineChart> charts, FittedLaw law, double tokens)
    {
        IEnumerable<string> drawn = charts.Count == 0 ? ["no curves: the law or its rows have no tokens"]
            : Ends(law, [tokens]) is var (first, last) && tokens > 0 && double.IsFinite(tokens) && (tokens < first || tokens > last)
                ? ["the plan lies outside the charts"] : [];
        IEnumerable<string> bands = law.Draws.Count > LossLines.MostDraws && charts.Count > 0
            ? [FormattableString.Invariant($"bands: the first {LossLines.MostDraws} of {law.Draws.Count} repeated fits")] : [];
        string[] all = [.. notes, .. drawn, .. bands];
        return
        [
            new ReportTable("Plan", rows[0], [.. rows.Skip(1)]),
            .. all.Length > 0 ? [new ReportNotes("What to know", all)] : Array.Empty<ReportSection>(),
            .. charts.Count > 0 ? [new ReportCharts("Curves", charts)] : Array.Empty<ReportSection>(),
            new ReportNotes("Code and data of the fit", FitReport.Facts(law.File)),
        ];
    }

    private static string Group(FittedLaw law) => law.Card.Group.Length > 0 ? $", {law.Card.Group}" : string.Empty;
}
