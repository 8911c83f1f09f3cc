using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.PreTokenization;
using Xunit;

namespace LlmEfficiency.Core.Tests.Tokenization.PreTokenization;

public sealed class PreTokenizersTests
{
    public static TheoryData<string> Names { get; } = [.. PreTokenizers.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scanner_cuts_where_its_pattern_cuts(string name)
    {
        var known = PreTokenizers.All.Single(p => p.Name == name);

        // .NET folds no long s; the pattern's own language does.
        var regex = new Regex(known.Pattern.Replace("(?i:'s", "(?i:'[sſ]", StringComparison.Ordinal),
            RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
        RandomText.Basic.Sample(
            text => Assert.Equal(regex.Matches(text).Select(m => m.Index + m.Length), Ends(known.Split, text)),
            iter: 5_000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_code_point_outside_the_basic_plane_counts_as_its_kind(string name)
    {
        var known = PreTokenizers.All.Single(p => p.Name == name);
        RandomText.WellFormed.Sample(text =>
        {
            var flat = new StringBuilder();
            foreach (var rune in text.EnumerateRunes())
            {
                flat.Append(rune.IsBmp ? (char)rune.Value : Rune.IsLetter(rune) ? '\u4E00' : IsNumber(rune) ? '\u0661'
                    : '\u2603');
            }

            Assert.Equal(
                Pieces(known.Split, flat.ToString()).Select(p => p.Length),
                Pieces(known.Split, text).Select(p => p.EnumerateRunes().Count()));
        });
    }

    [Fact]
    public void An_unknown_pattern_gives_the_pieces_of_the_regular_expression()
    {
        var split = PreTokenizers.ForPattern(@"\p{N}| ?\p{L}+", SplitBehavior.Isolated);
        Assert.Equal(["a", " bc", "1", "2", "..", "𝐀𝐀", "𝟙", "x", "😀"], Pieces(split, "a bc12..𝐀𝐀𝟙x😀"));
    }

    [Theory]
    [InlineData(SplitBehavior.Isolated, "a|-|-|b|-|c")]
    [InlineData(SplitBehavior.MergedWithPrevious, "a-|-|b-|c")]
    [InlineData(SplitBehavior.MergedWithNext, "a|-|-b|-c")]
    public void A_match_goes_where_the_behavior_says(SplitBehavior behavior, string pieces) =>
        Assert.Equal(pieces.Split('|'), Pieces(PreTokenizers.ForPattern("-", behavior), "a--b-c"));

    [Fact]
    public void A_sequence_cuts_the_pieces_of_its_first_part_further()
    {
        var split = new SequencePreTokenizer(
            [PreTokenizers.ForPattern(@"\p{N}", SplitBehavior.Isolated), PreTokenizers.Gpt2.Split]);
        Assert.Equal(["a", " b", "1", "2", " c", "!"], Pieces(split, "a b12 c!"));
    }

    [Fact]
    public void Words_keep_the_marks_before_them()
    {
        Assert.Equal(["▁a", "▁▁b", "▁"], Pieces(new WordStartPreTokenizer('▁'), "▁a▁▁b▁"));
        Assert.Equal(["▁a", "▁", "▁b", "▁"], Pieces(new WordStartPreTokenizer('▁', everyMark: true), "▁a▁▁b▁"));
    }

    [Fact]
    public void A_pattern_that_is_not_understood_is_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => PreTokenizers.ForPattern("(", SplitBehavior.Isolated));

    [Fact]
    public void A_pattern_that_backtracks_for_ever_is_given_up()
    {
        var split = PreTokenizers.ForPattern(@"(?=a)(a+)+\1$", SplitBehavior.Isolated);
        Assert.Throws<LlmEfficiencyException>(() => Ends(split, new string('a', 60) + "b"));
    }

    private static bool IsNumber(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private static List<int> Ends(IPreTokenizer split, string text)
    {
        var ends = new List<int>();
        split.Split(text, ends);
        return ends;
    }

    private static string[] Pieces(IPreTokenizer split, string text)
    {
        List<int> ends = [0, .. Ends(split, text)];
        return [.. ends.Zip(ends.Skip(1), (start, end) => text[start..end])];
    }
}
