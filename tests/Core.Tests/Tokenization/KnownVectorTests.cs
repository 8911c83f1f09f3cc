using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization;

/// <summary>Ids that other programs gave.</summary>
public sealed class KnownVectorTests
{
    [Theory]
    [InlineData("llama-bpe", "tokenizers/llama3/tokenizer.model")]
    [InlineData("qwen2", "tokenizers/qwen/qwen.tiktoken")]
    [InlineData("llama-spm", "tokenizers/llama2/tokenizer.model")]
    [InlineData("llama-spm", "tokenizers/llama2/tokenizer.bin")]
    public void Every_known_case_gives_the_known_ids(string vectors, string file)
    {
        var stem = SharedData.Require($"tokenizers/vectors/ggml-vocab-{vectors}.gguf.inp")[..^".inp".Length];
        var tokenizer = RealTokenizers.Require(file);
        var cases = File.ReadAllText(stem + ".inp").Split("\n__ggml_vocab_test__\n");
        var ids = File.ReadAllLines(stem + ".out");
        Assert.True(cases.Length >= ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            int[] expected = [.. ids[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Integer)];
            Assert.Equal(expected, tokenizer.Encode(cases[i]));
            Assert.Equal(cases[i], TextDecoder.Decode(tokenizer, expected));
        }
    }

    [Fact]
    public void The_prompts_of_tinystories_have_the_ids_of_its_reference()
    {
        var tokenizer = RealTokenizers.Require("weights/tinystories-656k");
        using var golden = JsonDocument.Parse(File.ReadAllBytes(
            SharedData.Require("weights/tinystories-656k/golden.json")));
        foreach (var known in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var ids = PromptEncoder.Encode(tokenizer, known.GetProperty("prompt").GetString()!);
            Assert.Equal(known.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32()), ids);
            var answer = known.GetProperty("greedy_ids").EnumerateArray().Select(id => id.GetInt32());
            Assert.Equal(known.GetProperty("text").GetString(),
                TextDecoder.Decode(tokenizer, answer, isContinuation: true));
        }
    }

    [Fact]
    public void The_texts_of_stories260k_survive_its_tokenizer()
    {
        var tokenizer = RealTokenizers.Require("weights/stories260k/tok512.bin");
        Assert.Equal(512, tokenizer.Vocabulary.Size);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("weights/stories260k/golden.json")));
        foreach (var known in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var text = known.GetProperty("text").GetString()!;
            var ids = PromptEncoder.Encode(tokenizer, text);
            Assert.Equal(1, ids[0]);
            Assert.InRange(ids.Count, text.Length / 6, text.Length / 2);
            Assert.Equal(text, TextDecoder.Decode(tokenizer, ids));
        }
    }

    private static int Integer(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
