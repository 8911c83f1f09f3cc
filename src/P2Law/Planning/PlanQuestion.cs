using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>What decides how many tokens a model gets.</summary>
/// <param name="Kind">The kind of the question.</param>
/// <param name="Value">τ in nats a token, a loss in nats, tokens, FLOPs, or a part of the gap.</param>
/// <param name="Start">D0, from which a part of the gap is counted.</param>
public sealed record PlanQuestion(PlanKind Kind, double Value, double Start = double.NaN)
{
    /// <summary>Refuses a number that is no answer to anything.</summary>
    /// <exception cref="LlmEfficiencyException">The number cannot be; its option is named.</exception>
    public void Check()
    {
        var option = PlanWords.Option(Kind);
        if (Kind == PlanKind.Fraction)
        {
            Require(Value is > 0 and < 1, option, Value, "a part between 0 and 1");
            Require(Start > 0 && double.IsFinite(Start), "--from", Start, "a number above 0");
        }
        else
        {
            Require(Value > 0 && double.IsFinite(Value), option, Value, "a number above 0");
        }
    }

    private static void Require(bool isRight, string option, double value, string allowed)
    {
        if (!isRight)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, FormattableString.Invariant($"{option} is {value}: allowed is {allowed}"));
        }
    }
}
