using LlmEfficiency.Core.Tokenization.Formats;

namespace LlmEfficiency.Core.Tests.Tokenization.HuggingFace;

/// <summary>Small vocabularies of both kinds that GGUF files have.</summary>
internal static class GgufVocabularies
{
    /// <summary>Gets pieces with scores.</summary>
    public static GgufVocabulary Scored { get; } = new()
    {
        Name = "m.gguf",
        Model = "llama",
        Tokens = ["<unk>", "<s>", "</s>", "<0xC3>", "<0xa9>", "▁", "a", "b", "▁a", "ab", "▁▁user"],
        Scores = [0, 0, 0, 0, 0, -9, -9, -9, -1, -2, 0],
        TokenTypes = [2, 3, 3, 6, 6, 1, 1, 1, 1, 1, 4],
        BeginOfSequence = 1,
        EndOfSequence = 2,
    };

    /// <summary>Gets merges; the begin is an ordinary token, and one id repeats a spelling.</summary>
    public static GgufVocabulary Merged { get; } = new()
    {
        Name = "m.gguf",
        Model = "gpt2",
        Tokens = ["a", "b", "Ġ", "ab", "Ġab", "<|im_start|>", "user", "abb", "ab", "t h", "Ġthe", "中", "é"],
        TokenTypes = [1, 1, 1, 1, 1, 3, 4, 1, 1, 4, 1, 4, 3],
        Merges = ["a b", "Ġ ab", "ab b"],
        BeginOfSequence = 4,
        EndOfSequence = 5,
    };
}
