namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>How <see cref="SuffixFrequencyDrafter"/> drafts; the defaults are vLLM's for SuffixDecoding.</summary>
public sealed record SuffixFrequencySettings
{
    /// <summary>Gets how many rows a step has at most: the last certain token and the draft.</summary>
    public int MaxRows { get; init; } = 33;

    /// <summary>Gets the longest context.</summary>
    public int Depth { get; init; } = 24;

    /// <summary>Gets how many tokens are drafted for each token of context, at most.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Gets the least probability of a path.</summary>
    public double MinProbability { get; init; } = 0.1;

    /// <summary>Gets whether trees are drafted, or chains only.</summary>
    public bool IsTree { get; init; }

    /// <summary>Gets whether earlier answers are a source too.</summary>
    public bool Caches { get; init; } = true;

    /// <summary>Gets how many bytes earlier answers take at most: where they need more, the older half of them goes; the newest stays.</summary>
    public long CacheBytes { get; init; } = AnswerCache.DefaultMaxBytes;
}
