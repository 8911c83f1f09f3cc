using LlmEfficiency.Core.Generation;
using LlmEfficiency.SparseRL.Prompts;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>A response to be judged.</summary>
/// <param name="Prompt">What it answers.</param>
/// <param name="Response">Its text, without the token that ends it.</param>
/// <param name="ResponseIds">Its tokens.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record RewardRequest(RolloutPrompt Prompt, string Response, IReadOnlyList<int> ResponseIds, FinishReason Finish)
{
    /// <summary>Gets whether the model did not end it itself.</summary>
    public bool IsTruncated => Finish is not (FinishReason.StopToken or FinishReason.StopString);
}
