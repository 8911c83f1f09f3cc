using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>Everything a BPE tokenizer is made of; each file format is read into this.</summary>
internal sealed record BpeDefinition
{
    /// <summary>The mark that SentencePiece writes for a space.</summary>
    public const char SpaceMark = '\u2581';

    /// <summary>Gets the spellings that text is matched with; holes and special tokens cannot be found in it.</summary>
    public required TokenTable Tokens { get; init; }

    /// <summary>Gets what merges.</summary>
    public required PairTable Pairs { get; init; }

    /// <summary>Gets how pieces begin.</summary>
    public required BpeModelOptions Model { get; init; }

    /// <summary>Gets sizes, specials and the ends of a sequence.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>Gets the tokens found as a whole.</summary>
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    /// <summary>Gets the changes to the text, in order.</summary>
    public IReadOnlyList<INormalizer> Normalizers { get; init; } = [];

    /// <summary>Gets the cuts; without it a stretch of text is one piece.</summary>
    public IPreTokenizer? PreTokenizer { get; init; }

    /// <summary>Gets what is replaced in spellings when ids become text, in order.</summary>
    public IReadOnlyList<(string Pattern, string Content)> Replacements { get; init; } = [];
}
