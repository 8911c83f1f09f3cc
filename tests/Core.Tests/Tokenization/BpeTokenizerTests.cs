using CsCheck;
using LlmEfficiency.Core.Tokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization;

public sealed class BpeTokenizerTests
{
    [Theory]
    [InlineData("tokenizers/llama3/tokenizer.model")]
    [InlineData("tokenizers/qwen/qwen.tiktoken")]
    [InlineData("tokenizers/llama2/tokenizer.model")]
    [InlineData("weights/tinystories-656k")]
    public void User_text_never_gives_a_special_token(string file)
    {
        var tokenizer = RealTokenizers.Require(file);
        var vocabulary = tokenizer.Vocabulary;
        var specials = vocabulary.Specials.Values.ToHashSet();
        specials.Remove(vocabulary.Specials.GetValueOrDefault("<unk>", -1)); // what unknown characters become
        var spelling = vocabulary.Specials.Keys.First(s => s != "<unk>");
        Gen.Select(RandomText.WellFormed, RandomText.WellFormed).Sample((before, after) =>
        {
            Assert.DoesNotContain(tokenizer.Encode(before + spelling + after), specials.Contains);
            Assert.Contains(
                vocabulary.Specials[spelling],
                tokenizer.Encode(before + spelling + after, SpecialTokenHandling.AsToken));
        });
    }

    [Theory]
    [InlineData("tokenizers/llama3/tokenizer.model")]
    [InlineData("tokenizers/llama2/tokenizer.model")]
    public void Half_a_surrogate_pair_counts_as_the_replacement_character(string file)
    {
        var tokenizer = RealTokenizers.Require(file);
        RandomText.Broken.Sample(text =>
        {
            var whole = string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
            Assert.Equal(tokenizer.Encode(whole), tokenizer.Encode(text));
        });
    }

    [Theory]
    [InlineData("tokenizers/llama3/tokenizer.model")]
    [InlineData("tokenizers/llama2/tokenizer.model")]
    public void The_work_on_a_long_text_of_one_kind_is_linear(string file)
    {
        var tokenizer = (BpeTokenizer)RealTokenizers.Require(file);
        foreach (var unit in new[] { "a", " ", "😀" })
        {
            tokenizer.Encode(Repeat(unit, 1_000_000), SpecialTokenHandling.AsToken, out var most);
            tokenizer.Encode(Repeat(unit, 100_000), SpecialTokenHandling.AsToken, out var less);
            Assert.InRange(most, 1, (12 * less) + 1000);
            Assert.InRange(most, 1, 8_000_000);
        }
    }

    [Fact]
    public void Qwen_composes_characters()
    {
        var tokenizer = RealTokenizers.Require("tokenizers/qwen/qwen.tiktoken");
        Assert.Equal(tokenizer.Encode("\u00E9"), tokenizer.Encode("e\u0301"));
    }

    [Fact]
    public void Chat_tokens_stand_where_they_are_allowed()
    {
        var llama = RealTokenizers.Require("tokenizers/llama3/tokenizer.model");
        Assert.Equal(128_256, llama.Vocabulary.Size);
        Assert.Equal([128_000, 128_006],
            llama.Encode("<|begin_of_text|><|start_header_id|>", SpecialTokenHandling.AsToken));
        Assert.Equal(128_255, llama.Vocabulary.Specials["<|reserved_special_token_250|>"]);
        var qwen = RealTokenizers.Require("tokenizers/qwen/qwen.tiktoken");
        Assert.Equal([151_644, 872, 198], qwen.Encode("<|im_start|>user\n", SpecialTokenHandling.AsToken));
    }

    [Fact]
    public void An_unknown_id_stands_for_nothing()
    {
        var tokenizer = ByteTokenizer.Create();
        Assert.True(tokenizer.BytesOf(-1).IsEmpty);
        Assert.True(tokenizer.BytesOf(256).IsEmpty);
    }

    [Fact]
    public void A_prompt_begins_once()
    {
        var llama = RealTokenizers.Require("tokenizers/llama3/tokenizer.model");
        Assert.Equal([128_000, 64], PromptEncoder.Encode(llama, "a"));
        Assert.Equal([128_000, 64], PromptEncoder.Encode(llama, "<|begin_of_text|>a", SpecialTokenHandling.AsToken));
        Assert.Equal([128_000], PromptEncoder.Encode(llama, ""));
        Assert.Equal([97], PromptEncoder.Encode(ByteTokenizer.Create("<s>"), "a"));
    }

    private static string Repeat(string unit, int length) =>
        string.Concat(Enumerable.Repeat(unit, length / unit.Length));
}
