using System.Text;
using System.Text.Json;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Core.Tokenization.PreTokenization;
using LlmEfficiency.Core.Tokenization.Training;
using LlmEfficiency.Fuzz.Targets;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.HuggingFace;

public sealed class TokenizerJsonWriterTests
{
    private static readonly string[] Files = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];

    private static readonly string[] Words =
        ["aaaaaaa", "ababab a bab", " the  thesis", "<0x41>", "user", "<|im_start|>", "abcabc"];

    [Theory]
    [InlineData("tokenizers/llama3/tokenizer.model", "llama-bpe")]
    [InlineData("tokenizers/qwen/qwen.tiktoken", "qwen2")]
    [InlineData("tokenizers/llama2/tokenizer.model", "llama-spm")]
    [InlineData("tokenizers/llama2/tokenizer.bin", "llama-spm")]
    [InlineData("weights/stories260k/tok512.bin", "llama-spm")]
    [InlineData("weights/tinystories-656k/tokenizer.json", "llama-bpe")]
    public void A_real_tokenizer_is_the_same_after_writing(string file, string vectors)
    {
        var cases = File.ReadAllText(SharedData.Require($"tokenizers/vectors/ggml-vocab-{vectors}.gguf.inp"));
        var prose = File.ReadAllText(SharedData.Require("text/shakespeare.txt"))[..100_000];
        AssertSurvives(RealTokenizers.Require(file),
            [.. cases.Split("\n__ggml_vocab_test__\n"), .. prose.Split("\n\n"), new string('a', 3000)]);
    }

    [Fact]
    public void A_trained_tokenizer_is_the_same_after_writing()
    {
        foreach (var split in PreTokenizers.All.Append(new NamedPreTokenizer("pairs", @"\w{1,2}|\s+", PreTokenizers.Gpt2.Split)))
        {
            var trainer = new BpeTrainer(new BpeTrainingSettings
            {
                VocabularySize = 300,
                PreTokenizer = split,
                Specials = ["<s>", "</s>"],
                BeginOfSequence = "<s>",
                EndOfSequence = null,
            });
            trainer.Add(string.Join(' ', Enumerable.Repeat("the theme of the thesis: banana bandana", 3)));
            AssertSurvives(trainer.Train(null, TestContext.Current.CancellationToken).ToTokenizer(), Words);
        }
    }

    [Fact]
    public void Every_kind_of_file_is_the_same_after_writing()
    {
        AssertSurvives(SentencePieceReader.Read("s", TokenizerTargets.SentencePiece.Seeds[0]), Words);
        AssertSurvives(Llama2cTokenizerReader.Read("l", TokenizerTargets.Llama2cTokenizer.Seeds[0]), Words);
        AssertSurvives(TiktokenReader.Read("t", TokenizerTargets.Tiktoken.Seeds[0], TiktokenFamily.Gpt2), Words);
        AssertSurvives(TokenizerJsonReader.Read("j", TokenizerTargets.TokenizerJson.Seeds[0]), Words);
        AssertSurvives(TokenizerJsonReader.Read("k", TokenizerTargets.TokenizerJson.Seeds[1]), Words);
    }

    [Theory]
    [InlineData("llama", null, null)]
    [InlineData("llama", false, false)]
    [InlineData("gpt2", null, null)]
    [InlineData("qwen2", true, null)]
    [InlineData("llama-bpe", false, null)]
    public void The_tokenizer_of_a_GGUF_file_is_the_same_after_writing(string kind, bool? addsBegin, bool? addsSpace)
    {
        var vocabulary = kind == "llama" ? GgufVocabularies.Scored : GgufVocabularies.Merged with { PreTokenizer = kind };
        AssertSurvives(
            GgufTokenizer.Create(vocabulary with { AddsBeginOfSequence = addsBegin, AddsSpacePrefix = addsSpace }), Words);
    }

    [Fact]
    public void Random_ranks_become_merges_that_give_the_same_ids() =>
        Gen.Select(RandomText.AnyOf("a", "b", "c").Array[2, 6].Select(string.Concat).Array[1, 14], Gen.Int[1, 12]).Sample(
            (made, ties) =>
        {
            string[] pieces = ["<unk>", "▁", "a", "b", "c", .. made.Distinct()];
            var tokenizer = GgufTokenizer.Create(new GgufVocabulary
            {
                Name = "random",
                Model = "llama",
                Tokens = pieces,
                Scores = [.. pieces.Select((_, id) => -(float)(id / ties))],
                TokenTypes = [2, .. Enumerable.Repeat(1, pieces.Length - 1)],
            });
            using var folder = new TemporaryFolder();
            if (ties > 1 && Refusal(folder.FullPath, tokenizer) is { } refusal)
            {
                Assert.Contains("score", refusal, StringComparison.Ordinal); // said, not silently another tokenizer
                return;
            }

            TokenizerJsonWriter.Write(folder.FullPath, tokenizer);
            var read = TokenizerLoader.Load(folder.FullPath);
            RandomText.AnyOf("a", "b", "c").Array[1, 30].Select(string.Concat).Sample(
                text => Assert.Equal(tokenizer.Encode(text), read.Encode(text)), iter: 60, threads: 1);
        }, iter: 150);

    [Theory]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}""", "Metaspace")]
    [InlineData("""{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":false}""", "\"always\"")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""", "\"never\"")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""", "\"add_prefix_space\": true")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}""", "\"Split\"")]
    [InlineData("""{"type":"Split","pattern":{"String":"b"},"behavior":"MergedWithPrevious","invert":false}""", "MergedWithPrevious")]
    public void A_pre_tokenizer_is_the_same_after_writing(string part, string written)
    {
        var json = $$$"""
            {"added_tokens":[{"id":9,"content":"a b","lstrip":true,"normalized":true},{"id":14,"content":"b","single_word":true}],
             "normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Replace","pattern":{"String":"x"},"content":"a b"}]},
             "pre_tokenizer":{{{part}}},
             "decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"},
             "model":{"vocab":{"Ġ":1,"▁":2,"_":3,"a":4,"b":5,"▁a":6,"Ġa":7,"ab":8,"a b":9,"c":10,"Ã":11},
              "merges":["Ġ a","▁ a","a b"]} }
            """;
        var content = AssertSurvives(TokenizerJsonReader.Read("t.json", Encoding.UTF8.GetBytes(json)), [.. Words, "x ax a b"]);
        Assert.Contains(written, content, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chat_template_and_the_roles_are_in_the_configuration()
    {
        using var folder = new TemporaryFolder();
        TokenizerJsonWriter.Write(folder.FullPath, GgufTokenizer.Create(GgufVocabularies.Scored), "{{ \"<b>\" }}\n");
        using var config = JsonDocument.Parse(File.ReadAllBytes(folder.File("tokenizer_config.json")));
        Assert.Equal("{{ \"<b>\" }}\n", config.RootElement.GetProperty("chat_template").GetString());
        Assert.Equal("<s>", config.RootElement.GetProperty("bos_token").GetString());
        Assert.Equal("</s>", config.RootElement.GetProperty("eos_token").GetString());
        Assert.Equal("<unk>", config.RootElement.GetProperty("unk_token").GetString());
        Assert.True(config.RootElement.GetProperty("add_bos_token").GetBoolean());
    }

    [Fact]
    public void What_cannot_be_expressed_is_refused_and_nothing_is_written()
    {
        var scored = GgufVocabularies.Scored;
        (GgufVocabulary Vocabulary, string Named)[] broken =
        [
            (scored with { Tokens = [.. scored.Tokens.Take(9), "a", "user"] }, "both spelled 'a'"),
            (scored with { TokenTypes = [2, 3, 3, 6, 6, 1, 1, 5, 1, 1, 4] }, "must not be found in text"),
            (scored with { Tokens = [.. scored.Tokens.Take(9), "<0x41>", "user"] }, "<0x41>"),
            (scored with { Tokens = [.. scored.Tokens.SkipLast(1), ""] }, "have no spelling"),
            (scored with { Tokens = ["", .. scored.Tokens.Skip(1)] }, "unknown token 0"),
            (scored with { Tokens = ["<unk>", "", .. scored.Tokens.Skip(2)] }, "token 1 has a role"),
            (scored with { Scores = [.. scored.Scores.Take(8), -2, -2, 0], Tokens = [.. scored.Tokens.Take(8), "ba", "ab", "user"] },
                "has the score of another token"),
            (Tied("▁", "a", "b", "c", "ba", "bbcb", "bc", "bbc"), "no order of merges"), // of [b b c b c] and [b bc b c]
        ];
        using var folder = new TemporaryFolder();
        Assert.All(broken, given =>
            Assert.Contains(given.Named, Refusal(folder.FullPath, GgufTokenizer.Create(given.Vocabulary)), StringComparison.Ordinal));
        Assert.Contains("TableTokenizer", Refusal(folder.FullPath, TableTokenizer.Of("a")), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.FullPath));
    }

    [Fact]
    public void Runs_that_share_a_score_grow_from_the_left_after_writing()
    {
        var tokenizer = GgufTokenizer.Create(Tied("▁", "a", "b", "aa", "aaa", "aaaa", "aaaaa"));
        Assert.Equal([1, 7, 4], tokenizer.Encode("aaaaaaa"));
        AssertSurvives(tokenizer, ["aaaaaaa", "aaaabaaabaaaaaaaaaaaa"]);
    }

    private static GgufVocabulary Tied(params string[] pieces) => GgufVocabularies.Scored with
    {
        Tokens = ["<unk>", .. pieces],
        Scores = new float[pieces.Length + 1],
        TokenTypes = [2, .. Enumerable.Repeat(1, pieces.Length)],
        EndOfSequence = null,
    };

    private static string? Refusal(string folder, ITokenizer tokenizer) =>
        (Record.Exception(() => TokenizerJsonWriter.Write(folder, tokenizer)) as LlmEfficiencyException)?.Message;

    /// <summary>Writes, reads, compares, writes again; returns what was written.</summary>
    private static string AssertSurvives(ITokenizer tokenizer, IReadOnlyList<string> texts)
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        TokenizerJsonWriter.Write(first.FullPath, tokenizer, "{{ messages }}");
        var read = TokenizerLoader.Load(first.FullPath);
        TokenizerJsonWriter.Write(second.FullPath, read, "{{ messages }}");
        Assert.All(Files, name => Assert.Equal(File.ReadAllBytes(first.File(name)), File.ReadAllBytes(second.File(name))));

        var (old, now) = (tokenizer.Vocabulary, read.Vocabulary);
        Assert.Equal(old.Specials.OrderBy(s => s.Value), now.Specials.OrderBy(s => s.Value));
        Assert.Equal(old with { Specials = now.Specials }, now);
        for (var id = -1; id <= old.Size; id++)
        {
            Assert.True(tokenizer.BytesOf(id).Span.SequenceEqual(read.BytesOf(id).Span), $"bytes of token {id}");
        }

        Assert.All(texts, text => AssertSameIds(tokenizer, read, text));
        RandomText.WellFormed.Sample(text => AssertSameIds(tokenizer, read, text), iter: 300, threads: 1);
        return File.ReadAllText(first.File("tokenizer.json"));
    }

    private static void AssertSameIds(ITokenizer old, ITokenizer now, string text)
    {
        Assert.Equal(old.Encode(text), now.Encode(text));
        Assert.Equal(old.Encode(text, SpecialTokenHandling.AsToken), now.Encode(text, SpecialTokenHandling.AsToken));
    }
}
