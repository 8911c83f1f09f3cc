using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>Plans as rows of text, the head first.</summary>
public static class PlanTables
{
    private const string None = "–";

    /// <summary>Returns a plan of tokens.</summary>
    /// <param name="answer">The plan.</param>
    /// <param name="law">The fit that was asked.</param>
    public static IReadOnlyList<string[]> Rows(PlanAnswer answer, FittedLaw law) =>
    [
        ["", "value", Percent(law)],
        ["tokens", answer.IsFeasible ? Number(answer.Tokens) : "infeasible", Reach(answer.TokensInterval)],
        ["loss", answer.IsFeasible ? Number(answer.Loss) : None, Interval(answer.LossInterval)],
        ["FLOPs", answer.IsFeasible ? Number(answer.Flops) : None, double.IsNaN(answer.Flops) ? None : Reach(answer.FlopsInterval)],
        double.IsNegativeInfinity(answer.Asymptote)
            ? ["asymptote", "none", None]
            : ["asymptote", Number(answer.Asymptote), Interval(answer.AsymptoteInterval)],
    ];

    /// <summary>Returns what a reader of a plan must know beside the numbers.</summary>
    public static IReadOnlyList<string> Notes(PlanAnswer answer, FittedLaw law) =>
    [
        .. answer.Notes,
        .. answer.InfeasibleShare is > 0 and var share ? [$"{Number(100 * share)} % of the repeated fits find it out of reach"] : Array.Empty<string>(),
        .. law.IntervalNote is { } note ? [note] : Array.Empty<string>(),
    ];

    /// <summary>Returns a choice of a model.</summary>
    /// <param name="plan">The choice.</param>
    /// <param name="law">The fit that was asked.</param>
    public static IReadOnlyList<string[]> Rows(SizePlan plan, FittedLaw law) =>
    [
        ["N0", "rho", "L0", "tokens", "FLOPs", "loss", Percent(law), "best in"],
        .. plan.Candidates.Select(one => (string[])
        [
            Number(one.Model.Size),
            Number(one.Model.Rate),
            Number(one.Model.BaseLoss),
            Number(one.Tokens),
            Number(one.Flops),
            Number(one.Loss),
            Interval(one.Interval),
            one.BestShare is { } share ? $"{Number(100 * share)} %" : None,
        ]),
    ];

    /// <summary>Returns what a reader of a choice must know beside the numbers.</summary>
    public static IReadOnlyList<string> Notes(SizePlan plan, FittedLaw law) =>
    [
        .. plan.Lead is { } lead ? [Words(lead, law)] : Array.Empty<string>(),
        .. plan.Candidates.SelectMany(one => one.Notes).Distinct(),
        .. law.IntervalNote is { } note ? [note] : Array.Empty<string>(),
    ];

    private static string Words(SizeLead lead, FittedLaw law)
    {
        var text = $"the second is {Number(lead.Loss)} nats above the best";
        return lead.Interval is { } known
            ? $"{text} ({Percent(law)}: {Interval(known)}{(known.Contains(0) ? "; 0 lies in it: the choice is open" : string.Empty)})"
            : text;
    }

    // An infinite end means that repeated fits find it out of reach.
    private static string Reach(ParameterInterval? interval) => interval is not { Upper: double.PositiveInfinity } known ? Interval(interval)
        : double.IsInfinity(known.Lower) ? "out of reach" : $"{Number(known.Lower)} to out of reach";

    private static string Percent(FittedLaw law) => $"{Number(100 * law.Level)} %";

    private static string Number(double value) => FitTables.Number(value);

    private static string Interval(ParameterInterval? interval) => FitTables.Interval(interval);
}
