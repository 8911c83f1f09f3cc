using LlmEfficiency.Core.Answers;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>1 if the response has the wanted form, whatever it says, else 0.</summary>
/// <param name="form">The form.</param>
public sealed class FormatReward(ResponseForm form) : SingleReward("format")
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    /// <inheritdoc/>
    protected override double Score(RewardRequest response) =>
        (form == ResponseForm.Boxed ? MathAnswer.Boxed(response.Response) is not null : Thinks(response.Response)) ? 1 : 0;

    // The thought first, once, and something behind it.
    private static bool Thinks(string response)
    {
        var text = response.AsSpan().Trim();
        if (!text.StartsWith(Open, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = text[Open.Length..];
        var close = rest.IndexOf(Close, StringComparison.Ordinal);
        if (close < 0)
        {
            return false;
        }

        var thought = rest[..close];
        var answer = rest[(close + Close.Length)..];
        return !answer.IsWhiteSpace() && !thought.Contains(Open, StringComparison.Ordinal)
            && !answer.Contains(Open, StringComparison.Ordinal) && !answer.Contains(Close, StringComparison.Ordinal);
    }
}
