using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>One response to one prompt, as the sparse sampler drew it.</summary>
public sealed record Rollout
{
    /// <summary>Gets the prompt's running number in its source: group <c>Prompt</c> has the samples <c>0..n-1</c>.</summary>
    public required long Prompt { get; init; }

    /// <summary>Gets which response to the prompt this is.</summary>
    public required int Sample { get; init; }

    /// <summary>Gets the prompt's ids.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }

    /// <summary>Gets the drawn ids, the one that ended the response included.</summary>
    public required IReadOnlyList<int> ResponseIds { get; init; }

    /// <summary>Gets π_sp of each drawn id: its natural log-probability under the compressed cache, at the sampling temperature.</summary>
    public required IReadOnlyList<float> LogProbabilities { get; init; }

    /// <summary>Gets the mean entropy of the distributions that were drawn from, in nats.</summary>
    public required double Entropy { get; init; }

    /// <summary>Gets how many ids were drawn before the cache first lost an entry; all of them where it never did.</summary>
    public required int ExactTokens { get; init; }

    /// <summary>Gets the response's text.</summary>
    public required string Text { get; init; }

    /// <summary>Gets why the response ended.</summary>
    public required FinishReason Finish { get; init; }

    /// <summary>Gets the reward, once it is known.</summary>
    public double Reward { get; init; }

    /// <summary>Gets whether the response ended itself; one that was cut has no answer.</summary>
    public bool IsWhole => Finish is FinishReason.StopToken or FinishReason.StopString;
}
