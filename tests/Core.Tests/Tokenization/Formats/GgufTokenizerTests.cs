using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.Formats;

public sealed class GgufTokenizerTests
{
    private static readonly GgufVocabulary Scored = new()
    {
        Name = "m.gguf",
        Model = "llama",
        Tokens = ["<unk>", "<s>", "</s>", "<0xC3>", "<0xA9>", "▁", "a", "b", "▁a", "ab"],
        Scores = [0, 0, 0, 0, 0, -9, -9, -9, -1, -2],
        TokenTypes = [2, 3, 3, 6, 6, 1, 1, 1, 1, 1],
        BeginOfSequence = 1,
        EndOfSequence = 2,
    };

    private static readonly GgufVocabulary Merged = new()
    {
        Name = "m.gguf",
        Model = "gpt2",
        PreTokenizer = "qwen2",
        Tokens = ["a", "b", "Ġ", "ab", "Ġab", "<|im_start|>", "user", "abb"],
        TokenTypes = [1, 1, 1, 1, 1, 3, 4, 1],
        Merges = ["a b", "Ġ ab"],
        EndOfSequence = 5,
    };

    [Fact]
    public void Scores_decide_what_merges_first()
    {
        var tokenizer = GgufTokenizer.Create(Scored);
        Assert.Equal([8, 7], tokenizer.Encode("ab")); // the space is joined with a before b can be
        Assert.Equal([1, 8, 3, 4], PromptEncoder.Encode(tokenizer, "aé"));
        Assert.Equal("ab aé", TextDecoder.Decode(tokenizer, tokenizer.Encode("ab aé")));
    }

    [Fact]
    public void The_flags_of_the_file_count()
    {
        var tokenizer = GgufTokenizer.Create(Scored with { AddsBeginOfSequence = false, AddsSpacePrefix = false });
        Assert.Equal([9], PromptEncoder.Encode(tokenizer, "ab"));
        Assert.Equal(" a", TextDecoder.Decode(tokenizer, tokenizer.Encode(" a")));
    }

    [Fact]
    public void Merges_and_the_named_split_are_used()
    {
        var tokenizer = GgufTokenizer.Create(Merged);
        Assert.Equal([4, 6, 3, 1], tokenizer.Encode(" abuserabb"));
        Assert.Equal([5, 0], tokenizer.Encode("<|im_start|>a", SpecialTokenHandling.AsToken));
        Assert.False(tokenizer.Vocabulary.AddsBeginOfSequence);
        Assert.Equal([7], GgufTokenizer.Create(Merged with { PreTokenizer = "llama-bpe" }).Encode("abb"));
    }

    [Fact]
    public void Lists_that_do_not_fit_are_refused()
    {
        GgufVocabulary[] broken =
        [
            Scored with { Scores = [1] },
            Scored with { Scores = [0, 0, 0, 0, 0, float.NaN, 0, 0, 0, 0] },
            Scored with { TokenTypes = [1] },
            Scored with { TokenTypes = [2, 3, 3, 6, 6, 1, 1, 1, 1, 99] },
            Scored with { BeginOfSequence = 10 },
            Scored with { Model = "bert" },
            Scored with { Tokens = [] },
            Merged with { PreTokenizer = "chameleon" },
            Merged with { Merges = ["a"] },
            Merged with { Merges = ["b b"] },
        ];
        Assert.All(broken, vocabulary => Assert.Contains(
            "m.gguf", Assert.ThrowsAny<LlmEfficiencyException>(() => GgufTokenizer.Create(vocabulary)).Message,
            StringComparison.Ordinal));
    }
}
