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
        predictions.SelectMany(one => one.Notes).Concat(law.IntervalNote is { } note ? [note] : Array.Empty<string>()));

    /// <summary>Returns a plan of tokens.</summary>
    public static string Format(PlanAnswer answer, FittedLaw law) =>
        WithNotes(TextTable.Format(PlanTables.Rows(answer, law)), PlanTables.Notes(answer, law));

    /// <summary>Returns a choice of a model.</summary>
    public static string Format(SizePlan plan, FittedLaw law) => WithNotes(
        $"{Number(plan.FinalSize)} parameters are left{Environment.NewLine}{TextTable.Format(PlanTables.Rows(plan, law))}", PlanTables.Notes(plan, law));

    private static string WithNotes(string text, IEnumerable<string> notes) =>
        string.Join(Environment.NewLine, notes.Distinct().Select(note => $"note: {note}").Prepend(text));

    private static string Percent(FittedLaw law) => $"{Number(100 * law.Level)} %";

    private static string Number(double value) => FitTables.Number(value);

    private static string Interval(ParameterInterval? interval) => FitTables.Interval(interval);
}
