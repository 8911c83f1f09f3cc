namespace LlmEfficiency.Identity;

/// <summary>How much is compared.</summary>
public sealed record IdentitySettings
{
    /// <summary>Gets how many prompts a model is given.</summary>
    public required int Prompts { get; init; }

    /// <summary>Gets how long answers are at most, in tokens.</summary>
    public int MaxTokens { get; init; } = 24;

    /// <summary>Gets how long prompts are at most, in tokens.</summary>
    public int PromptTokens { get; init; } = 64;

    /// <summary>Gets what the prompts and the adversary's drafts are made from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Gets the drafters that are compared; null for all, and the adversary.</summary>
    public IReadOnlyList<string>? Drafters { get; init; }

    /// <summary>Gets how many prompts are answered together.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Gets how many tokens of a sequence a pass runs at most.</summary>
    public int MaxRows { get; init; } = 16;
}
