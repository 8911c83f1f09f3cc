namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>What a back-off tree holds.</summary>
public sealed record BackoffTreeSettings
{
    /// <summary>Gets how many rows a step has at most: the last certain token and the draft.</summary>
    public int MaxRows { get; init; } = 24;

    /// <summary>Gets the least probability of a path.</summary>
    public double MinProbability { get; init; } = 0.01;

    /// <summary>Gets how many contexts are mixed: the longest and its suffix links.</summary>
    public int Orders { get; init; } = 8;

    /// <summary>Gets whether earlier answers are a source too.</summary>
    public bool Caches { get; init; }

    /// <summary>Gets how many tokens of the prompt lie before an answer in the cache.</summary>
    public int PromptTail { get; init; } = 4;

    /// <summary>Gets whether the share of new tokens is learned instead of PPM's method C.</summary>
    public bool LearnsEscapes { get; init; } = true;
}
