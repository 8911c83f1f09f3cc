using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Planning;
using LlmEfficiency.P2Law.Reporting;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Predictions and plans for a person.</summary>
internal static class PlanText
{
    /// <summary>Returns predicted losses.</summary>
    public static string Format(IReadOnlyList<LossPrediction> predictions, FittedLaw law) => WithNotes(
        TextTable.Format(
        [
            ["tokens", "loss", $"{Percent(law)} of the law", $"{Percent(law)} of a measurement"],
            .. predictions.Select(one => (string[])
                [Number(one.Tokens), Number(one.Loss), Interval(one.Interval), Interval(one.MeasurementInterval)]),
        ]),
        predictions.SelectMany(one => one.Notes),
        law);

    /// <summary>Returns a plan of tokens.</summary>
    public static string Format(PlanAnswer answer, FittedLaw law) => WithNotes(
        TextTable.Format(
        [
            ["", "value", Percent(law)],
            ["tokens", answer.IsFeasible ? Number(answer.Tokens) : "infeasible", Interval(answer.TokensInterval)],
            ["loss", answer.IsFeasible ? Number(answer.Loss) : "–", Interval(answer.LossInterval)],
            ["FLOPs", answer.IsFeasible ? Number(answer.Flops) : "–", "–"],
            ["asymptote", Number(answer.Asymptote), Interval(answer.AsymptoteInterval)],
        ]),
        [
            .. answer.IsFeasible ? Array.Empty<string>()
                : [$"infeasible: no number of tokens goes below the asymptote, {Number(answer.Asymptote)} nats"],
            .. answer.InfeasibleShare is > 0 and var share
                ? [$"{Number(100 * share)} % of the repeated fits find it out of reach"] : Array.Empty<string>(),
            .. answer.Notes,
        ],
        law);

    /// <summary>Returns a choice of a model.</summary>
    public static string Format(SizePlan plan, FittedLaw law) => WithNotes(
        $"{Number(plan.FinalSize)} parameters, {Number(plan.Tokens)} tokens, {Number(plan.Flops)} FLOPs{Environment.NewLine}" + TextTable.Format(
        [
            ["N0", "rho", "loss", Percent(law), "best in"],
            .. plan.Candidates.Select(one => (string[])
            [
                Number(one.Model.Size),
                Number(one.Model.Rate),
                Number(one.Loss),
                Interval(one.Interval),
                one.BestShare is { } share ? $"{Number(100 * share)} %" : "–",
            ]),
        ]),
        plan.Candidates.SelectMany(one => one.Notes),
        law);

    private static string WithNotes(string text, IEnumerable<string> notes, FittedLaw law)
    {
        string[] all =
        [
            .. notes.Distinct(),
            .. law.Draws.Count == 0 ? ["no intervals: the law was fitted with --bootstrap 0"] : Array.Empty<string>(),
        ];
        return string.Join(Environment.NewLine, all.Select(note => $"note: {note}").Prepend(text));
    }

    private static string Percent(FittedLaw law) => $"{Number(100 * law.Level)} %";

    private static string Number(double value) => FitTables.Number(value);

    private static string Interval(ParameterInterval? interval) => FitTables.Interval(interval);
}
