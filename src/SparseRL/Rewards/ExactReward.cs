using LlmEfficiency.Core.Answers;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>1 if the whole response is the reference, but for white space at its ends, else 0.</summary>
public sealed class ExactReward() : SingleReward("exact")
{
    /// <inheritdoc/>
    protected override double Score(RewardRequest response) =>
        ExactMatch.AreEqual(response.Prompt.Reference, response.Response) ? 1 : 0;
}
