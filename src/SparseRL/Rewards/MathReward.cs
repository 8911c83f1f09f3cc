using LlmEfficiency.Core.Answers;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>1 if the response's mathematical answer says the same as the reference, else 0. The prompt is never looked at.</summary>
/// <param name="requiresBox">Whether only the last <c>\boxed{…}</c> counts as the answer, not <c>####</c>, a phrase or the last number.</param>
/// <param name="relativeTolerance">See <see cref="MathAnswer.AreEquivalent"/>.</param>
public sealed class MathReward(bool requiresBox = false, double relativeTolerance = 0) : SingleReward("math")
{
    /// <inheritdoc/>
    protected override double Score(RewardRequest response)
    {
        var answer = requiresBox ? MathAnswer.Boxed(response.Response) : MathAnswer.Extract(response.Response);
        return answer is not null && MathAnswer.AreEquivalent(response.Prompt.Reference, answer, relativeTolerance) ? 1 : 0;
    }
}
