namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>How an index is built.</summary>
public sealed record IndexBuildSettings
{
    /// <summary>The smallest memory cap in bytes.</summary>
    public const long LeastMemory = 16L << 20;

    /// <summary>Gets the SHA-256 of the tokenizer's vocabulary, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> TokenizerHash { get; init; }

    /// <summary>Gets the number of ids, up to 2²⁴ - 1. Up to 65535, an id takes two bytes of the file, else three.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>
    /// Gets how many bytes the tables may have while the index is built. A corpus that needs more, about 60 bytes a token, is
    /// cut into segments; each makes drafting slower.
    /// </summary>
    public long MemoryCap { get; init; } = 4L << 30;

    /// <summary>Gets the most tokens of a segment.</summary>
    public int MaxSegmentTokens { get; init; } = IndexFormat.MaxSegmentTokens;
}
