using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using Xunit;
using MicrosoftTokenizer = Microsoft.ML.Tokenizers.SentencePieceTokenizer;

namespace LlmEfficiency.Core.Tests.Tokenization.Unigram;

public sealed class UnigramTokenizerTests
{
    // Whole numbers as scores: sums are exact and ties common.
    private static readonly Gen<SentencePieceFile> Models =
        Gen.Select(Gen.Char["abé▁"].Array[1, 4].Select(string.Concat), Gen.Int[-6, -1]).Array[1, 12].Select(
            pieces => SentencePieceFile.Of(pieces.DistinctBy(p => p.Item1).Select(p => (p.Item1, (float)p.Item2))));

    private static readonly Gen<string> Texts = Gen.Char["abé cÿ"].Array[0, 10].Select(string.Concat);

    [Fact]
    public void Gives_the_pieces_that_trying_all_segmentations_gives() =>
        Gen.Select(Models, Texts).Sample(
            (model, text) => Assert.Equal(BestOfAll(model, text.Replace(' ', '▁')), Read(model).Encode(text)),
            iter: 3000);

    [Fact]
    public void Gives_the_ids_of_Microsoft_ML_Tokenizers_where_nothing_is_normalized() =>
        Gen.Select(Models, Gen.Char["abé cÿ"].Array[1, 60].Select(string.Concat)).Sample(
            (model, text) =>
            {
                using var stream = new MemoryStream(model.ToBytes());
                var other = MicrosoftTokenizer.Create(stream, addBeginningOfSentence: false);
                Assert.Equal(Fused(other.EncodeToIds(text)), Read(model).Encode(text));
            },
            iter: 300);

    [Fact]
    public void The_work_is_bounded_by_the_text_times_the_longest_piece()
    {
        var tokenizer = Read(SentencePieceFile.Of(
            Enumerable.Range(1, 16).Select(n => (new string('a', n), -1f - (n * 0.5f)))));
        foreach (var length in new[] { 1_000, 10_000, 100_000 })
        {
            tokenizer.Encode(new string('a', length), SpecialTokenHandling.AsText, out var work);
            Assert.InRange(work, length, 17L * length);
        }
    }

    [Fact]
    public void Decoding_a_stream_gives_back_the_text_where_all_bytes_have_a_token()
    {
        var bytes = Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, 6));
        var model = SentencePieceFile.Of(("▁", -2), ("a", -1), ("▁the", -3)) with { AddsPrefix = true };
        var tokenizer = Read(model with { Pieces = [.. model.Pieces, .. bytes] });
        RandomText.WellFormed.Select(text => text.Replace('▁', '_')).Sample(
            text => Assert.Equal(text, TextDecoder.Decode(tokenizer, tokenizer.Encode(text))), iter: 300);
    }

    [Fact]
    public void Lone_surrogates_count_as_the_replacement_character()
    {
        var tokenizer = Read(SentencePieceFile.Of(("a", -1), ("\uFFFD", -1)));
        RandomText.Broken.Sample(text => Assert.Equal(
            tokenizer.Encode(string.Concat(text.EnumerateRunes())), tokenizer.Encode(text)), iter: 300);
        Assert.Equal([3, 4, 3], tokenizer.Encode("a\uD83Da"));
    }

    [Fact]
    public void Special_tokens_are_text_unless_asked_for()
    {
        var tokenizer = Read(SentencePieceFile.Of(("<", -1), ("/", -1), ("s", -1), (">", -1)));
        Assert.Equal([3, 4, 5, 6], tokenizer.Encode("</s>"));
        Assert.Equal([5, 2, 5], tokenizer.Encode("s</s>s", SpecialTokenHandling.AsToken));
        Assert.True(tokenizer.BytesOf(2).IsEmpty);
        Assert.Equal((1, 2), (tokenizer.Vocabulary.BeginOfSequence, tokenizer.Vocabulary.EndOfSequence));
    }

    [Fact]
    public void A_run_of_unknown_characters_is_one_token()
    {
        var tokenizer = Read(SentencePieceFile.Of(("a", -1)));
        Assert.Equal([0, 3, 0], tokenizer.Encode("xyza😀z"));
    }

    [Fact]
    public void A_user_defined_piece_wins_over_any_others_and_no_rule_touches_it()
    {
        var model = SentencePieceFile.Of(("x", -1), ("A", -1), ("B", -1), ("a", -1), ("b", -1));
        var tokenizer = Read(model with
        {
            Pieces = [.. model.Pieces, ("AB", 0, 4)],
            Rules = SentencePieceFile.Compile(("A", "a"), ("B", "b")),
        });
        Assert.Equal([6, 8, 7], tokenizer.Encode("AABB"));
    }

    [Fact]
    public void An_unused_piece_is_never_given()
    {
        var model = SentencePieceFile.Of(("a", -5));
        Assert.Equal([3, 3], Read(model with { Pieces = [.. model.Pieces, ("aa", 0, 5)] }).Encode("aa"));
    }

    [Theory]
    [InlineData(false, true, "escape_whitespaces")]
    [InlineData(true, false, "treat_whitespace_as_suffix")]
    public void What_is_not_supported_is_refused_by_its_name(bool marksBehind, bool unescaped, string name)
    {
        var model = SentencePieceFile.Of(("a", -1)) with { MarksBehind = marksBehind, EscapesSpaces = !unescaped };
        Assert.Contains(name, Refusal(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_models_are_refused_in_one_line()
    {
        var good = SentencePieceFile.Of(("a", -1));
        var allNormal = good.Pieces.Select(p => p with { Kind = 1 }).ToArray();
        Assert.Contains("type 2 (unknown)", Refusal(good with { Pieces = allNormal }), StringComparison.Ordinal);
        Assert.Contains("2000 bytes", Refusal(SentencePieceFile.Of((new string('a', 2000), -1))), StringComparison.Ordinal);
        Assert.Contains("no finite number", Refusal(SentencePieceFile.Of(("a", float.NaN))), StringComparison.Ordinal);
        Assert.Contains("normalization rules", Refusal(good with { Rules = [8, 0, 0, 0, 1] }), StringComparison.Ordinal);
        Assert.Contains("denormalizer_spec", Refusal(good with { DecodingRules = SentencePieceFile.Compile(("a", "b")) }),
            StringComparison.Ordinal);
        Assert.Contains("model type 3", Refusal(good with { Model = 3 }), StringComparison.Ordinal);
    }

    private static string Refusal(SentencePieceFile model)
    {
        var message = Assert.ThrowsAny<LlmEfficiencyException>(() => Read(model)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static UnigramTokenizer Read(SentencePieceFile model) =>
        Assert.IsType<UnigramTokenizer>(SentencePieceReader.Read("test.model", model.ToBytes()));

    // Of equal sums the longest last piece counts, then the longest before it, and so on.
    private static List<int> BestOfAll(SentencePieceFile model, string text)
    {
        var lowest = model.Pieces.Where(p => p.Kind == 1).Min(p => p.Score);
        var best = All(model, text, lowest - 10).Aggregate((a, b) => IsBetter(b, a) ? b : a);
        return Fused(best.Select(p => p.Id));
    }

    private static List<int> Fused(IEnumerable<int> all)
    {
        var ids = new List<int>();
        foreach (var id in all)
        {
            if (id != 0 || ids.Count == 0 || ids[^1] != 0)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    private static bool IsBetter(List<(int Id, int Length, float Score)> a, List<(int Id, int Length, float Score)> b)
    {
        var difference = a.Sum(p => p.Score) - b.Sum(p => p.Score);
        var lengths = a.AsEnumerable().Reverse().Zip(b.AsEnumerable().Reverse(), (x, y) => x.Length - y.Length);
        return difference > 0 || (difference == 0 && lengths.FirstOrDefault(d => d != 0) > 0);
    }

    private static IEnumerable<List<(int Id, int Length, float Score)>> All(
        SentencePieceFile model, string text, float unknownScore)
    {
        if (text.Length == 0)
        {
            yield return [];
            yield break;
        }

        var firsts = model.Pieces.Select((p, id) => (Id: id, p.Piece.Length, p.Score))
            .Where(p => model.Pieces[p.Id].Kind == 1
                && text.StartsWith(model.Pieces[p.Id].Piece, StringComparison.Ordinal)).ToList();
        if (firsts.All(p => p.Length > 1))
        {
            firsts.Add((0, 1, unknownScore));
        }

        foreach (var first in firsts)
        {
            foreach (var rest in All(model, text[first.Length..], unknownScore))
            {
                yield return [first, .. rest];
            }
        }
    }
}
