using System.Text.RegularExpressions;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.Normalization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.Unigram;

public sealed partial class SentencePieceNormalizerTests
{
    private static readonly Gen<string> Texts =
        Gen.OneOf(RandomText.AnyOf(" ", "  ", "▁", "a", "é"), RandomText.WellFormed).Array[1, 8].Select(string.Concat)
            .Where(text => text.Length > 0);

    [Fact]
    public void Removes_needless_spaces_as_a_regular_expression_does()
    {
        var normalizer = new SentencePieceNormalizer { RemovesExtraSpaces = true, AddsSpacePrefix = true };
        Texts.Sample(text =>
        {
            var words = Spaces().Replace(text.Trim(' '), " ");
            var expected = words.Length == 0 ? string.Empty : ("▁" + words.Replace(' ', '▁')).TrimEnd('▁');
            Assert.Equal(expected, normalizer.Normalize(text, true));
        }, iter: 2000);
    }

    [Fact]
    public void Keeps_all_spaces_where_that_is_asked_for()
    {
        var normalizer = new SentencePieceNormalizer { AddsSpacePrefix = true };
        Texts.Sample(text => Assert.Equal("▁" + text.Replace(' ', '▁'), normalizer.Normalize(text, true)), iter: 500);
    }

    [Fact]
    public void The_longest_rule_is_applied_once()
    {
        var rules = new CharacterMap("test", 0, SentencePieceFile.Compile(
            ("ﬁ", "fi"), ("a", "b"), ("ab", "X"), ("abé", "Y"), ("\t", " "), ("\u200B", "")));
        var normalizer = new SentencePieceNormalizer { Rules = rules, RemovesExtraSpaces = true };
        Assert.Equal("fi▁bc▁X▁Y▁\0é", normalizer.Normalize("\t\u200Bﬁ\t ac \u200B ab abé \0é\u200B \t", true));
    }

    [Fact]
    public void A_BPE_model_is_normalized_by_its_rules()
    {
        var model = SentencePieceFile.Of(("▁", -3), ("a", -2), ("b", -2), ("▁a", -1)) with
        {
            Model = 2,
            AddsPrefix = true,
            RemovesSpaces = true,
            Rules = SentencePieceFile.Compile(("A", "a")),
        };
        var tokenizer = SentencePieceReader.Read("test.model", model.ToBytes());
        Assert.Equal([6, 5, 6], tokenizer.Encode("  Ab  A "));
        var refusal = Assert.Throws<LlmEfficiencyException>(() => SentencePieceReader.Read(
            "test.model", (model with { Pieces = [.. model.Pieces, ("x", 0, 4)] }).ToBytes()));
        Assert.Contains("user-defined", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_made_to_be_slow_or_to_break_do_neither()
    {
        Gen.Byte.Array[8, 200].Sample(noise =>
        {
            byte[] compiled = [(byte)(noise.Length / 8 * 4), 0, 0, 0, .. noise];
            var normalizer = new SentencePieceNormalizer { Rules = new CharacterMap("test", 0, compiled) };
            Assert.True(normalizer.Normalize("abc é \0\u0001", true).Length < 20 * 1024);
        }, iter: 2000);
        Assert.Throws<MalformedFileException>(() => new CharacterMap(
            "test", 0, SentencePieceFile.Compile(("a", new string('b', 2000)))));
    }

    [GeneratedRegex(" +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
