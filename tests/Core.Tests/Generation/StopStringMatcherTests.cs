using CsCheck;
using LlmEfficiency.Core.Generation;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class StopStringMatcherTests
{
    // Two letters make overlaps and false starts.
    private static readonly Gen<string> Words = Gen.String[Gen.Char["ab"], 1, 5];

    [Fact]
    public void The_text_before_the_first_stop_is_returned_however_it_is_cut() =>
        Gen.Select(Gen.String[Gen.Char["ab"], 0, 6].Array[0, 8], Words.Array[0, 3]).Sample((pieces, stops) =>
        {
            var matcher = new StopStringMatcher(stops);
            var released = string.Concat(pieces.Select(piece => matcher.Append(piece)));
            var (text, isStopped) = Naive(string.Concat(pieces), stops);
            Assert.Equal(isStopped, matcher.IsStopped);
            Assert.Equal(text, released + matcher.Flush());
        });

    [Fact]
    public void Held_back_is_only_what_may_begin_a_stop() =>
        Gen.Select(Gen.String[Gen.Char["ab"], 0, 12], Words.Array[1, 3]).Sample((text, stops) =>
        {
            var matcher = new StopStringMatcher(stops);
            var released = matcher.Append(text);
            if (!matcher.IsStopped)
            {
                var held = Enumerable.Range(0, text.Length + 1).First(
                    start => stops.Any(stop => stop.StartsWith(text[start..], StringComparison.Ordinal)));
                Assert.Equal(text[..held], released);
            }
        });

    [Fact]
    public void The_stop_that_ends_first_wins()
    {
        var matcher = new StopStringMatcher(["abcd", "bc"]);
        Assert.Equal(["x", "", "", "a"], "xabcd".Take(4).Select(letter => matcher.Append([letter])));
        Assert.True(matcher.IsStopped);
        Assert.Equal(string.Empty, matcher.Append("more"));
    }

    [Fact]
    public void Without_stops_everything_is_released_at_once() => Assert.Equal("abc", new StopStringMatcher([]).Append("abc"));

    [Fact]
    public void An_empty_stop_is_refused() => Assert.Throws<ArgumentException>(() => new StopStringMatcher([""]));

    private static (string Text, bool IsStopped) Naive(string text, string[] stops)
    {
        for (var end = 0; end <= text.Length; end++)
        {
            var found = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length);
            if (found is not null)
            {
                return (text[..(end - found.Length)], true);
            }
        }

        return (text, false);
    }
}
