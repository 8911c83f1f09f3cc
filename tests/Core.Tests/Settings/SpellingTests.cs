using CsCheck;
using LlmEfficiency.Core.Settings;
using Xunit;

namespace LlmEfficiency.Core.Tests.Settings;

public sealed class SpellingTests
{
    private const string Letters = "abc";

    private static readonly Gen<string> Word = Gen.Char[Letters].Array[0, 4].Select(letters => new string(letters));

    [Fact]
    public void The_distance_is_the_shortest_way_from_word_to_word() =>
        Gen.Select(Word, Word).Sample((from, to) => Spelling.Distance(from, to) == ShortestWay(from, to), iter: 300);

    [Fact]
    public void The_nearest_word_is_nearer_than_all_before_and_as_near_as_any() => Gen.Select(Word, Word.List[0, 6]).Sample(
        (word, known) =>
        {
            var nearest = Spelling.Nearest(word, known);
            var near = known.Where(one => ShortestWay(word, one) <= Math.Max(1, Math.Max(word.Length, one.Length) / 3)).ToArray();
            return nearest is null
                ? known.Count == 0 || !near.Contains(known.MinBy(one => ShortestWay(word, one)))
                : nearest == known.MinBy(one => ShortestWay(word, one));
        },
        iter: 200);

    [Theory]
    [InlineData("learning_rte", "learning_rate")]
    [InlineData("stpes", "steps")]
    [InlineData("optimizer", null)]
    public void Finds_what_was_meant(string word, string? meant) =>
        Assert.Equal(meant, Spelling.Nearest(word, ["steps", "learning_rate", "seed"]));

    [Fact]
    public void A_word_too_long_to_be_a_key_is_near_to_none() => Assert.Null(Spelling.Nearest(new string('a', 1_000_000), [new string('a', 999_999)]));

    // Breadth-first over all words that one edit makes: exact, and slow.
    private static int ShortestWay(string from, string to)
    {
        var seen = new HashSet<string> { from };
        var edge = new List<string> { from };
        for (var steps = 0; ; steps++)
        {
            if (edge.Contains(to))
            {
                return steps;
            }

            edge = [.. edge.SelectMany(Edits).Where(word => word.Length <= 5 && seen.Add(word))];
        }
    }

    private static IEnumerable<string> Edits(string word)
    {
        for (var i = 0; i <= word.Length; i++)
        {
            var (head, tail) = (word[..i], word[i..]);
            foreach (var letter in Letters)
            {
                yield return $"{head}{letter}{tail}";
                if (tail.Length > 0)
                {
                    yield return $"{head}{letter}{tail[1..]}";
                }
            }

            if (tail.Length > 0)
            {
                yield return head + tail[1..];
            }

            if (tail.Length > 1)
            {
                yield return $"{head}{tail[1]}{tail[0]}{tail[2..]}";
            }
        }
    }
}
