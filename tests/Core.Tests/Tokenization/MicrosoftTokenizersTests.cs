using System.Text.RegularExpressions;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.PreTokenization;
using LlmEfficiency.Testing;
using Microsoft.ML.Tokenizers;
using Xunit;
using MicrosoftSplit = Microsoft.ML.Tokenizers.RegexPreTokenizer;

namespace LlmEfficiency.Core.Tests.Tokenization;

/// <summary>Microsoft.ML.Tokenizers as a second opinion on real texts.</summary>
public sealed class MicrosoftTokenizersTests
{
    [Fact]
    public void Llama_3_gives_the_same_ids()
    {
        var file = SharedData.Require("tokenizers/llama3/tokenizer.model");
        var split = new Regex(Llama3PreTokenizer.Llama3Pattern, RegexOptions.Compiled, TimeSpan.FromSeconds(10));
        AssertSame(RealTokenizers.Require("tokenizers/llama3/tokenizer.model"), TiktokenTokenizer.Create(
            file, new MicrosoftSplit(split, null), normalizer: null, specialTokens: null));
    }

    [Fact]
    public void Llama_2_gives_the_same_ids()
    {
        var file = SharedData.Require("tokenizers/llama2/tokenizer.model");
        using var stream = File.OpenRead(file);
        AssertSame(RealTokenizers.Require("tokenizers/llama2/tokenizer.model"),
            LlamaTokenizer.Create(stream, addBeginOfSentence: false));
    }

    private static void AssertSame(ITokenizer own, Tokenizer other)
    {
        foreach (var path in new[] { "text/shakespeare.txt", "text/wikitext2/valid.txt",
            "text/tinystories/decoded_val.txt" })
        {
            foreach (var paragraph in File.ReadAllText(SharedData.Require(path))[..100_000].Split("\n\n"))
            {
                Assert.Equal(other.EncodeToIds(paragraph), own.Encode(paragraph));
            }
        }
    }
}
