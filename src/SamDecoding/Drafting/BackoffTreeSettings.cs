namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>What a back-off tree holds.</summary>
public sealed record BackoffTreeSettings
{
    /// <summary>Gets how many rows a step has at most: the last certain token and the draft.</summary>
    public int MaxRows { get; init; } = 40;

    /// <summary>Gets the least probability of a path.</summary>
    public double MinProbability { get; init; } = 0.001;

    /// <summary>Gets how many contexts are mixed: the longest of any source, and the next shorter ones.</summary>
    public int Orders { get; init; } = 8;

    /// <summary>Gets how many tokens of the prompt lie before an answer in the cache.</summary>
    public int PromptTail { get; init; } = 4;
}
