using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.HuggingFace;

public sealed class TokenizerJsonReaderTests
{
    private const string Bytes = """ "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""";

    [Fact]
    public void A_tiktoken_file_and_its_tokenizer_json_give_the_same_ids()
    {
        var ranks = SharedData.Require("tokenizers/llama3/tokenizer.model");
        var tiktoken = RealTokenizers.Require("tokenizers/llama3/tokenizer.model");
        var json = TokenizerJsonReader.Read("llama", LlamaJson.FromTiktoken(tiktoken, File.ReadAllLines(ranks)));
        Assert.Equal(128_256, json.Vocabulary.Size);
        Assert.Equal(128_000, json.Vocabulary.BeginOfSequence);
        Assert.True(json.Vocabulary.AddsBeginOfSequence);
        var text = File.ReadAllText(SharedData.Require("text/shakespeare.txt"))[..100_000] + "<|eot_id|>  中文 123456 don't 😀";
        foreach (var specials in Enum.GetValues<SpecialTokenHandling>())
        {
            Assert.Equal(tiktoken.Encode(text, specials), json.Encode(text, specials));
        }
    }

    [Fact]
    public void Merges_may_be_strings_or_pairs_and_go_by_rank()
    {
        var tokenizer = Read(Bytes, """ "vocab":{"a":0,"b":1,"c":2,"ab":3,"bc":4},"merges":["b c",["a","b"]]""");
        Assert.Equal([0, 4], tokenizer.Encode("abc"));
        Assert.Equal([3], tokenizer.Encode("ab"));
    }

    [Fact]
    public void A_piece_that_is_a_token_beats_the_merges_if_the_file_says_so()
    {
        const string Vocabulary = """ "vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4},"merges":["a b"]""";
        Assert.Equal([3, 2], Read(Bytes, Vocabulary).Encode("abc"));
        Assert.Equal([4], Read(Bytes, Vocabulary + ",\"ignore_merges\":true").Encode("abc"));
    }

    [Theory]
    [InlineData("first", "a<x>a", "6 9 5")]
    [InlineData("always", "a<x>a", "6 9 6")]
    [InlineData("never", "a<x>a", "5 9 5")]
    [InlineData("always", " a", "6")] // a mark that is there already is not doubled
    public void Metaspace_puts_its_mark_where_the_scheme_says(string scheme, string text, string ids)
    {
        var tokenizer = Read(
            $$"""
            "added_tokens":[{"id":9,"content":"<x>","special":true}],
            "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":true},
            "decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}"}
            """,
            """ "vocab":{"▁":4,"a":5,"▁a":6},"merges":["▁ a"]""");
        Assert.Equal(ids, string.Join(' ', tokenizer.Encode(text, SpecialTokenHandling.AsToken)));
    }

    [Theory]
    [InlineData("""{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"<e>"}}""")]
    [InlineData("""{"SpecialToken":{"id":"<b>"}},{"SpecialToken":{"id":"<c>"}},{"Sequence":{"id":"A"}}""")]
    public void A_template_that_would_add_more_than_one_token_in_front_is_refused(string template)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => Read(
            $$"""
            "post_processor":{"type":"TemplateProcessing","single":[{{template}}]}
            """,
            """ "vocab":{"a":0},"merges":[]"""));
        Assert.Contains("special token before the text", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_tokens_obey_their_flags()
    {
        var tokenizer = Read(
            """
            "added_tokens":[{"id":9,"content":"<l>","lstrip":true},{"id":10,"content":"<r>","rstrip":true},
             {"id":11,"content":"cat","single_word":true},{"id":12,"content":"<l><l>"}],
            """ + Bytes,
            """ "vocab":{"a":0,"Ġ":1,"c":2,"t":3},"merges":[]""");
        Assert.Equal([0, 9, 1, 0], tokenizer.Encode("a  <l> a"));
        Assert.Equal([0, 1, 10, 0], tokenizer.Encode("a <r>  a"));
        Assert.Equal([11, 1, 2, 0, 3, 0], tokenizer.Encode("cat cata"));
        Assert.Equal([12, 9], tokenizer.Encode("<l><l><l>"));
        Assert.Equal("a<l>", TextDecoder.Decode(tokenizer, [0, 9]));
    }

    [Fact]
    public void What_overlaps_a_refused_single_word_is_not_looked_at_again()
    {
        var tokenizer = Read(
            """ "added_tokens":[{"id":9,"content":"aa","single_word":true}],""" + Bytes,
            """ "vocab":{"a":0,"-":1},"merges":[]""");
        Assert.Equal([9, 1, 0, 0, 0], tokenizer.Encode("aa-aaa"));
    }

    [Fact]
    public void A_character_without_a_token_falls_back_to_bytes_or_becomes_unknown()
    {
        const string Vocabulary = """ "vocab":{"<unk>":0,"<0xC3>":1,"<0xA9>":2,"a":3},"unk_token":"<unk>","fuse_unk":true""";
        Assert.Equal([3, 1, 2, 3], Read("\"normalizer\":null", Vocabulary + ",\"byte_fallback\":true").Encode("aéa"));
        Assert.Equal([3, 0, 3], Read("\"normalizer\":null", Vocabulary).Encode("aééa"));
    }

    [Theory]
    [InlineData("{", "at 1")]
    [InlineData("{\"model\":{},\"model\":{}}", "model")]
    [InlineData("{\"a\":\"\\ud800\"}", "at 5")]
    [InlineData("[]", "object")]
    [InlineData("""{"model":{"type":"Unigram"}}""", "Unigram")]
    [InlineData("""{"model":{"vocab":{"a":-1}}}""", "model.vocab")]
    [InlineData("""{"model":{"vocab":{"a":2000000000}}}""", "model.vocab")]
    [InlineData("""{"model":{"vocab":{"a":0},"merges":["a b"]}}""", "merge 0")]
    [InlineData("""{"model":{"vocab":{"a":0}},"normalizer":{"type":"Lowercase"}}""", "Lowercase")]
    [InlineData("""{"model":{"vocab":{"a":0}},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"}}""", "(")]
    [InlineData("""{"model":{"vocab":{"a":0}},"added_tokens":[{"id":1,"content":7}]}""", "added_tokens[0].content")]
    [InlineData("""{"model":{"vocab":{"a":0}},"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaa"},{"type":"Replace","pattern":{"String":"a"},"content":"aaaaaaaaa"}]}}""", "decoder.decoders[1].content")]
    public void What_cannot_be_used_is_refused_by_name(string json, string named)
    {
        var refusal = Assert.ThrowsAny<LlmEfficiencyException>(
            () => TokenizerJsonReader.Read("t.json", Encoding.UTF8.GetBytes(json)));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("t.json", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_without_end_are_refused()
    {
        const string Step = """{"type":"Replace","pattern":{"String":"a"},"content":"b"}""";
        string Json(int steps) => $$$"""{"model":{"vocab":{"a":0}},"decoder":{"type":"Sequence","decoders":[{{{string.Join(',', Enumerable.Repeat(Step, steps))}}}]}}""";
        Assert.NotNull(TokenizerJsonReader.Read("t.json", Encoding.UTF8.GetBytes(Json(64))));
        var refusal = Assert.Throws<LlmEfficiencyException>(
            () => TokenizerJsonReader.Read("t.json", Encoding.UTF8.GetBytes(Json(65))));
        Assert.Contains("64 steps", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"bos_token":"<s>","eos_token":{"content":"</s>"},"add_bos_token":false}""", false)]
    [InlineData("""{"bos_token":{"content":"<s>"},"eos_token":"</s>","add_bos_token":null}""", null)]
    public void The_ends_of_a_sequence_come_from_the_configuration(string json, bool? adds) =>
        Assert.Equal(new SequenceRoles("<s>", "</s>", adds),
            SequenceRoles.Parse("c.json", Encoding.UTF8.GetBytes(json)));

    private static ITokenizer Read(string parts, string model) =>
        TokenizerJsonReader.Read("t.json",
            Encoding.UTF8.GetBytes("{" + parts + ",\"model\":{\"type\":\"BPE\"," + model + "}}"));
}
