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

    /// <summary>Gets whether the share of new tokens is learned instead of PPM's method C.</summary>
    public bool LearnsEscapes { get; init; } = true;
}
