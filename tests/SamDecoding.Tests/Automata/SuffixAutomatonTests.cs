using CsCheck;
using LlmEfficiency.SamDecoding.Automata;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Automata;

public sealed class SuffixAutomatonTests
{
    private static readonly Gen<int[]> Texts =
        Gen.Int[1, 5].SelectMany(alphabet => Gen.Int[0, alphabet - 1].Array[0, 24]);

    private static readonly Gen<int[][]> Collections =
        Gen.Int[1, 4].SelectMany(alphabet => Gen.Int[0, alphabet - 1].Array[1, 10].Array[1, 5]);

    public static TheoryData<string, int, int, long> Known => new()
    {
        { "ABCBC", 8, 9, 12 }, { "aabbabd", 10, 15, 23 }, { "abracadabra", 12, 17, 54 }, { "mississippi", 18, 24, 53 },
        { "banana", 10, 11, 15 }, { new string('a', 64), 65, 64, 64 }, { "a" + new string('b', 63), 127, 127, 127 },
        { "a" + new string('b', 62) + "c", 126, 188, 189 }, { ThueMorse(1024), 1535, 1567, 398680 },
        { Fibonacci(1597), 1598, 1611, 604043 },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void States_edges_and_substrings_of_known_texts(string text, int states, int edges, long substrings)
    {
        using var automaton = Build(text.Select(c => (int)c));
        Assert.Equal((states, edges, substrings), (automaton.States, automaton.Edges, Substrings(automaton)));
    }

    [Theory]
    [InlineData(2, 19979, 27510)]
    [InlineData(4, 16233, 25316)]
    [InlineData(50, 12724, 22701)]
    [InlineData(32000, 11330, 21328)]
    public void States_and_edges_of_random_texts(int alphabet, int states, int edges)
    {
        using var automaton = Build(Congruential(alphabet, 10_000));
        Assert.Equal((states, edges), (automaton.States, automaton.Edges));
    }

    [Fact]
    public void The_states_of_a_small_text_are_as_drawn_by_hand()
    {
        using var automaton = Build("ABCBC".Select(c => (int)c));
        (string Text, int Length, int LinkLength, int FirstEnd, int Count)[] drawn =
        [
            ("A", 1, 0, 0, 1), ("AB", 2, 1, 1, 1), ("ABC", 3, 2, 2, 1), ("ABCB", 4, 1, 3, 1), ("ABCBC", 5, 2, 4, 1),
            ("B", 1, 0, 1, 2), ("BC", 2, 0, 2, 2),
        ];
        foreach (var (text, length, linkLength, firstEnd, count) in drawn)
        {
            var state = Find(automaton, text.Select(c => (int)c).ToArray());
            Assert.Equal(
                (length, linkLength, firstEnd, count),
                (automaton.Length(state), automaton.Length(automaton.Link(state)), automaton.FirstEnd(state), automaton.Occurs(state)));
        }
    }

    [Fact]
    public void After_every_append_the_match_is_the_longest_suffix_that_ended_before() => Texts.Sample(
        text =>
        {
            using var automaton = new SuffixAutomaton();
            for (var length = 1; length <= text.Length; length++)
            {
                automaton.Append(text[length - 1]);
                var prefix = text[..length];
                var expected = Enumerable.Range(1, length - 1).Reverse()
                    .FirstOrDefault(suffix => Occurrence.Ends([prefix], prefix.AsSpan(length - suffix))[0] < length - 1);
                Assert.Equal(expected, automaton.MatchLength);
                Assert.Equal(automaton.Length(automaton.Link(automaton.Last)), automaton.MatchLength);
                var ends = Occurrence.Ends([prefix], prefix.AsSpan(length - expected));
                Assert.Equal(expected > 0 ? ends[0] : -1, automaton.FirstEnd(automaton.Match));
            }
        },
        iter: 10_000);

    [Fact]
    public void Every_substring_leads_to_a_state_that_knows_its_occurrences() => Collections.Sample(
        documents =>
        {
            using var automaton = Build(documents);
            var substrings = Occurrence.Substrings(documents);
            Assert.Equal(substrings.Count, Substrings(automaton));
            foreach (var substring in substrings)
            {
                var state = Find(automaton, substring);
                var ends = Occurrence.Ends(documents, substring);
                Assert.Equal(ends[0], automaton.FirstEnd(state));
                Assert.Equal(ends[^1], automaton.LastEnd(state));
                Assert.Equal(ends.Count, automaton.Occurs(state));
                Assert.InRange(substring.Length, automaton.Length(automaton.Link(state)) + 1, automaton.Length(state));
            }

            Assert.Equal(documents.Sum(document => document.Length), automaton.Occurs(SuffixAutomaton.Root));
        },
        iter: 2_000);

    [Fact]
    public void Links_edges_and_counts_agree_with_each_other() => Collections.Sample(
        documents =>
        {
            using var automaton = Build(documents);
            var total = documents.Sum(document => document.Length);
            Assert.InRange(automaton.States, 1, Math.Max(2 * total - 1, 2));
            Assert.InRange(automaton.Edges, 1, Math.Max(3 * total - 4, 3));
            for (var state = 1; state < automaton.States; state++)
            {
                var link = automaton.Link(state);
                Assert.True(automaton.Length(link) < automaton.Length(state));
                Assert.True(link == SuffixAutomaton.Root || automaton.FirstEnd(link) <= automaton.FirstEnd(state));
                Assert.Equal(automaton.Degree(state), automaton.EdgesOf(state).Count());
                foreach (var (token, target) in automaton.EdgesOf(state))
                {
                    Assert.True(automaton.Length(target) > automaton.Length(state));
                    Assert.Equal(target, automaton.Next(state, token));
                }
            }

            Assert.Equal(automaton.Edges, Enumerable.Range(0, automaton.States).Sum(automaton.Degree));
        },
        iter: 2_000);

    [Fact]
    public void A_stream_is_matched_within_documents_only() => Gen.Select(Collections, Texts).Sample(
        (documents, stream) =>
        {
            using var automaton = Build(documents);
            var cursor = default(SuffixCursor);
            for (var length = 1; length <= stream.Length; length++)
            {
                cursor = cursor.Advance(automaton, stream[length - 1]);
                Assert.Equal(Occurrence.LongestSuffix(documents, stream.AsSpan(0, length)), cursor.Length);
                Assert.Equal(Find(automaton, stream.AsSpan(length - cursor.Length, cursor.Length)), cursor.State);
            }
        },
        iter: 2_000);

    [Fact]
    public void A_document_that_repeats_an_earlier_one_matches_it_whole()
    {
        using var automaton = Build([[1, 2, 3], [1, 2, 3]]);
        Assert.Equal((3, 3, 2), (automaton.MatchLength, automaton.Length(automaton.Last), automaton.FirstEnd(automaton.Match)));
        Assert.Equal([1, 2, 3, SuffixAutomaton.Separator, 1, 2, 3], automaton.Text.ToArray());
        automaton.BeginDocument();
        automaton.BeginDocument();
        Assert.Equal((8, 0), (automaton.Text.Length, automaton.MatchLength));
        Assert.Throws<ArgumentOutOfRangeException>(() => automaton.Append(-1));
    }

    [Fact]
    public void Repetitive_texts_take_linear_time_with_statistics()
    {
        foreach (var text in (string[])[new string('a', 300_000), string.Concat(Enumerable.Repeat("ab", 150_000)), Fibonacci(300_000), ThueMorse(300_000)])
        {
            using var automaton = new SuffixAutomaton(hasStatistics: true);
            foreach (var token in text)
            {
                automaton.Append(token);
            }

            Assert.InRange(automaton.States, text.Length + 1, 2 * text.Length - 1);
        }
    }

    [Fact]
    public void Reading_a_stream_makes_no_more_moves_than_twice_its_length()
    {
        using var automaton = Build(Congruential(2, 5_000));
        var (cursor, stream, moves) = (default(SuffixCursor), Congruential(2, 40_000).Skip(7_000).ToArray(), 0);
        foreach (var token in stream)
        {
            var next = cursor.Advance(automaton, token);
            for (var state = cursor.State; state != SuffixAutomaton.None && automaton.Next(state, token) == SuffixAutomaton.None;)
            {
                (state, moves) = (automaton.Link(state), moves + 1);
            }

            (cursor, moves) = (next, moves + 1);
        }

        Assert.InRange(moves, stream.Length, 2 * stream.Length);
    }

    private static SuffixAutomaton Build(IEnumerable<int> text) => Build([.. new[] { text.ToArray() }]);

    private static SuffixAutomaton Build(int[][] documents)
    {
        var automaton = new SuffixAutomaton(hasStatistics: true);
        foreach (var document in documents)
        {
            automaton.BeginDocument();
            automaton.Append(document);
        }

        return automaton;
    }

    private static int Find(SuffixAutomaton automaton, ReadOnlySpan<int> text)
    {
        var state = SuffixAutomaton.Root;
        foreach (var token in text)
        {
            state = automaton.Next(state, token);
        }

        return state;
    }

    private static long Substrings(SuffixAutomaton automaton) => Enumerable.Range(1, automaton.States - 1)
        .Sum(state => (long)automaton.Length(state) - automaton.Length(automaton.Link(state)));

    private static IEnumerable<int> Congruential(int alphabet, int count)
    {
        var x = 7u;
        for (var index = 0; index < count; index++)
        {
            x = (uint)(((ulong)x * 1103515245 + 12345) & 0x7fffffff);
            yield return (int)((x >> 16) % (uint)alphabet);
        }
    }

    private static string ThueMorse(int length) =>
        string.Concat(Enumerable.Range(0, length).Select(index => (char)('a' + (int.PopCount(index) & 1))));

    private static string Fibonacci(int length)
    {
        var (before, text) = ("b", "a");
        while (text.Length < length)
        {
            (before, text) = (text, text + before);
        }

        return text[..length];
    }
}
