namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>How long SAM Decoding's chains are.</summary>
public sealed record SamChainSettings
{
    /// <summary>Gets how many rows a step has at most: the last certain token and the draft (paper: 40).</summary>
    public int MaxRows { get; init; } = 40;

    /// <summary>
    /// Gets by how much a longer match allows a longer draft: 1 + ⌊α · match⌋ rows at most; null for as long as may be.
    /// (α = 4 where the paper has no auxiliary drafter.)
    /// </summary>
    public double? Alpha { get; init; }

    /// <summary>Returns how many tokens to draft behind a match.</summary>
    public int Length(int match) => (Alpha is { } alpha ? Math.Min(MaxRows, 1 + (int)(match * alpha)) : MaxRows) - 1;
}
