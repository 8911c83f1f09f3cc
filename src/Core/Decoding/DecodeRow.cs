namespace LlmEfficiency.Core.Decoding;

/// <summary>New tokens of one sequence.</summary>
/// <param name="Sequence">Which sequence of the session they belong to.</param>
/// <param name="Tokens">The token ids, at least one.</param>
public sealed record DecodeRow(int Sequence, ReadOnlyMemory<int> Tokens)
{
    /// <summary>
    /// Gets the position of each token for the rotary embedding. Empty means one after the other, from the position of the
    /// sequence's last slot plus one on.
    /// </summary>
    public ReadOnlyMemory<int> Positions { get; init; }

    /// <summary>
    /// Gets which of the new tokens each new token sees, itself included; all see everything cached before. Null means that each
    /// sees those before it.
    /// </summary>
    public AncestorMask? Ancestors { get; init; }

    /// <summary>Gets which tokens' logits are computed.</summary>
    public LogitSelection Logits { get; init; } = LogitSelection.Last;
}
