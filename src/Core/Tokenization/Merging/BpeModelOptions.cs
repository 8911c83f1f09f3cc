namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>How a piece becomes its first symbols, before anything merges.</summary>
internal sealed record BpeModelOptions
{
    /// <summary>Gets whether the first symbols are bytes (GPT-2 and later), not characters (SentencePiece).</summary>
    public required bool SymbolsAreBytes { get; init; }

    /// <summary>Gets whether a piece that is a token is that token, whatever the merges say.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>
    /// Gets the ids of the 256 bytes that stand for a character without a token (-1: none), if there are any.
    /// </summary>
    public int[]? ByteFallback { get; init; }

    /// <summary>Gets the token for what has no other token; without it such characters vanish.</summary>
    public int? Unknown { get; init; }

    /// <summary>Gets whether a run of unknown characters is one unknown token.</summary>
    public bool FusesUnknown { get; init; }
}
