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
    /// sees those before it. A mask for more tokens than the row has begins with the latest cached ones.
    /// </summary>
    public AncestorMask? Ancestors { get; init; }

    /// <summary>Gets how many cached tokens the mask begins with.</summary>
    internal int MaskedSlots => Ancestors is { } mask ? mask.Count - Tokens.Length : 0;

    /// <summary>Gets which tokens' logits are computed.</summary>
    public LogitSelection Logits { get; init; } = LogitSelection.Last;

    /// <summary>Gets which tokens' features are kept for <see cref="IDecodeSession.Features"/>.</summary>
    public LogitSelection Features { get; init; } = LogitSelection.None;

    /// <summary>Gets what a draft head reads beside the tokens: the features of the token before each, <c>[tokens, hidden]</c>; empty for any other model.</summary>
    public ReadOnlyMemory<float> PriorFeatures { get; init; }
}
