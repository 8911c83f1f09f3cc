using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>What a tokenizer does around its model, collected while a file is read.</summary>
internal sealed class TextPipeline
{
    /// <summary>Holds whether the vocabulary is written in <see cref="ByteAlphabet"/>.</summary>
    public bool SymbolsAreBytes { get; set; }

    /// <summary>Gets the changes to text, in order.</summary>
    public IList<INormalizer> Normalizers { get; } = [];

    /// <summary>Gets the cuts, each of the pieces of the one before.</summary>
    public IList<IPreTokenizer> PreTokenizers { get; } = [];

    /// <summary>Gets what decoding replaces in a token.</summary>
    public IList<(string Pattern, string Content)> Replacements { get; } = [];

    /// <summary>Holds how many times as long all replacements together can make a text.</summary>
    public double Growth { get; set; } = 1;

    /// <summary>Holds whether decoding takes away a space at the beginning.</summary>
    public bool StripsLeadingSpace { get; set; }

    /// <summary>Holds the special token that the post-processor puts before a text.</summary>
    public string? TemplateBegin { get; set; }
}
