using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Training;

/// <summary>What a trained tokenizer shall be.</summary>
public sealed record BpeTrainingSettings
{
    /// <summary>Gets the number of tokens: 256 bytes, merges and special tokens. Training may end with fewer.</summary>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>Gets how often a pair must occur to be merged.</summary>
    public long MinFrequency { get; init; } = 2;

    /// <summary>Gets the split; no token reaches over its cuts. Qwen's composes the text too (NFC).</summary>
    public NamedPreTokenizer PreTokenizer { get; init; } = PreTokenizers.Llama3;

    /// <summary>Gets the special tokens; they have the last ids, in this order.</summary>
    public IReadOnlyList<string> Specials { get; init; } = ["<|endoftext|>"];

    /// <summary>Gets the special token before every prompt, if there shall be one.</summary>
    public string? BeginOfSequence { get; init; }

    /// <summary>Gets the special token that ends a text.</summary>
    public string? EndOfSequence { get; init; } = "<|endoftext|>";

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        Require(VocabularySize >= 256 + Specials.Count,
            $"VocabularySize is {VocabularySize}; 256 bytes and the specials must fit");
        Require(MinFrequency >= 1, $"MinFrequency is {MinFrequency}; it must be 1 or more");
        Require(
            Specials.All(s => s.Length is > 0 and <= AddedToken.LongestContent)
                && Specials.Distinct().Count() == Specials.Count,
            "Specials must be different and not empty");
        Require(BeginOfSequence is null || Specials.Contains(BeginOfSequence),
            $"BeginOfSequence {BeginOfSequence} is not in Specials");
        Require(EndOfSequence is null || Specials.Contains(EndOfSequence),
            $"EndOfSequence {EndOfSequence} is not in Specials");
    }

    private static void Require(bool isMet, string problem)
    {
        if (!isMet)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"tokenizer training: {problem}");
        }
    }
}
