namespace LlmEfficiency.P2Law.Planning;

/// <summary>Plans in words.</summary>
internal static class PlanWords
{
    /// <summary>Returns the option of the command that asks a question.</summary>
    public static string Option(PlanKind kind) => kind switch
    {
        PlanKind.Slope => "--slope",
        PlanKind.TargetLoss => "--target-loss",
        PlanKind.Tokens => "--tokens",
        PlanKind.Compute => "--compute",
        _ => "--fraction",
    };

    /// <summary>Says what a number of tokens alone does not: why there are none, or why none is enough.</summary>
    /// <param name="question">The question.</param>
    /// <param name="law">The name of the law.</param>
    /// <param name="isFlat">Whether the loss is the same after any number of tokens.</param>
    /// <param name="tokens">The answer.</param>
    /// <param name="loss">The loss there, in nats.</param>
    /// <param name="asymptote">What no number of tokens goes below; negative infinity for none.</param>
    public static IEnumerable<string> Verdict(PlanQuestion question, string law, bool isFlat, double tokens, double loss, double asymptote)
    {
        if (tokens == 0)
        {
            yield return question.Kind switch
            {
                PlanKind.TargetLoss => Text($"0 tokens: the law is at {loss:G6} nats before the first token, already at or below {question.Value:G6}"),
                PlanKind.Slope => Text($"0 tokens: the curve is already flatter than {question.Value:G6} nats a token: no token brings more"),
                _ => "0 tokens: there is no gap to close",
            };
        }
        else if (!double.IsFinite(tokens))
        {
            yield return "infeasible: " + Reason(question, tokens, asymptote);
        }

        if (isFlat)
        {
            yield return Text($"the loss of this fit does not depend on tokens here: {loss:G6} nats after any number");
        }
        else if (double.IsNegativeInfinity(asymptote))
        {
            yield return $"the law {law} has no asymptote: its loss falls without end";
        }
    }

    private static string Reason(PlanQuestion question, double tokens, double asymptote) => (question.Kind, tokens) switch
    {
        (_, double.NaN) => "the law has no number here",
        (PlanKind.Slope, _) => Text($"tokens never bring less than {question.Value:G6} nats each"),
        (PlanKind.TargetLoss, _) when question.Value <= asymptote => Text($"no number of tokens goes below the asymptote, {asymptote:G6} nats"),
        _ => "it takes more tokens than can be counted",
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
