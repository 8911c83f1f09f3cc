using CsCheck;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Indexing;
using LlmEfficiency.SamDecoding.Tests.Automata;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Indexing;

public sealed class IndexSegmentTests
{
    private const int Wide = 128_256;

    private static readonly Gen<int[][]> Collections =
        Gen.Int[1, 4].SelectMany(alphabet => Gen.Int[0, alphabet - 1].Array[1, 12].Array[1, 6]);

    private static readonly Gen<int[]> Streams = Gen.Int[0, 4].Array[0, 30];

    [Theory]
    [InlineData(5)]
    [InlineData(Wide)]
    public void A_stream_is_matched_as_by_looking_everywhere(int vocabulary) => Gen.Select(Collections, Streams).Sample(
        (documents, stream) =>
        {
            using var index = IndexFolder.OpenInMemory(documents, vocabulary);
            var (segment, cursor) = (Assert.Single(index.Segments), default(IndexCursor));
            for (var length = 1; length <= stream.Length; length++)
            {
                cursor = segment.Advance(cursor, stream[length - 1]);
                var longest = Occurrence.LongestSuffix(documents, stream.AsSpan(0, length));
                Assert.Equal(longest, cursor.Length);
                var suffix = stream[(length - longest)..length];
                var ends = Occurrence.Ends(documents, suffix);
                Assert.Equal(longest > 0 ? ends.Count : documents.Sum(document => document.Length), segment.Occurs(cursor));
                Assert.Equal(Follow(documents, suffix), Followers(segment, cursor));
                Assert.Equal(longest > 0 ? Behind(documents, ends[0]) : [], Continuation(segment, cursor, 40));
            }
        },
        iter: 400);

    [Fact]
    public void The_index_agrees_with_the_automaton_along_suffix_links() => Gen.Select(Collections, Streams).Sample(
        (documents, stream) =>
        {
            using var index = IndexFolder.OpenInMemory(documents);
            using var automaton = IndexFolder.Automaton(documents);
            var (segment, cursor, other) = (index.Segments[0], default(IndexCursor), default(SuffixCursor));
            foreach (var token in stream)
            {
                (cursor, other) = (segment.Advance(cursor, token), other.Advance(automaton, token));
                Assert.Equal(other.Length, cursor.Length);
                var (shorter, state) = (cursor, other.State);
                while (true)
                {
                    Same(segment, shorter, automaton, state);
                    if (shorter.Length == 0)
                    {
                        break;
                    }

                    (shorter, state) = (segment.Link(shorter), automaton.Link(state));
                    Assert.Equal(automaton.Length(state), shorter.Length);
                }

                Assert.Equal(SuffixAutomaton.Root, state);
            }
        },
        iter: 800);

    [Theory]
    [InlineData(32_000)]
    [InlineData(Wide)]
    public void A_corpus_with_many_words_is_matched_like_its_automaton(int vocabulary)
    {
        // A text in which words follow each other by a rule, with documents that repeat and continue earlier ones.
        int[][] documents = [.. Enumerable.Range(0, 60).Select(number => Words(number % 40, 200 + number))];
        using var index = IndexFolder.OpenInMemory(documents, vocabulary);
        using var automaton = IndexFolder.Automaton(documents);
        Assert.Equal((documents.Sum(document => (long)document.Length), 60), (index.Tokens, index.Documents));
        var (segment, cursor, other) = (index.Segments[0], default(IndexCursor), default(SuffixCursor));
        foreach (var token in Enumerable.Range(30, 20).SelectMany(number => Words(number, 150).Skip(number)))
        {
            (cursor, other) = (segment.Advance(cursor, token), other.Advance(automaton, token));
            Assert.Equal(other.Length, cursor.Length);
            Same(segment, cursor, automaton, other.State);
            Same(segment, segment.Link(cursor), automaton, Math.Max(automaton.Link(other.State), SuffixAutomaton.Root));
        }
    }

    [Theory]
    [InlineData(60_000, 20)]
    [InlineData(Wide, 40)]
    public void A_token_is_found_among_any_number_of_others(int vocabulary, int stretches) => Gen.Select(Gen.Int[0, 2_998].Array[1, 200], Gen.Int[1, stretches]).Sample(
        (tokens, stretch) =>
        {
            int[] others = [.. tokens.Select(token => token * stretch)];
            using var index = IndexFolder.OpenInMemory([others], vocabulary);
            var known = others.ToHashSet();
            Assert.Equal(known.Count, index.Segments[0].Degree(default));
            foreach (var token in Enumerable.Range(0, 2_999).SelectMany(number => (int[])[number * stretch, (number * stretch) + 1]))
            {
                Assert.Equal(known.Contains(token) ? 1 : 0, index.Segments[0].Advance(default, token).Length);
            }
        },
        iter: 60);

    [Fact]
    public void The_most_frequent_followers_are_those_of_all_by_their_counts() => Gen.Select(Gen.Int[2, 3_000], Gen.Int[1, 6], Gen.UInt).Sample(
        (alphabet, power, seed) =>
        {
            // Small ids are frequent, and every other token is 0, which many tokens follow.
            var random = new Random((int)seed);
            int[] document = [.. Enumerable.Range(0, 4_000).Select(place => place % 2 == 0 ? 0 : (int)(alphabet * Math.Pow(random.NextDouble(), power)))];
            using var index = IndexFolder.OpenInMemory([document]);
            var (segment, cursor) = (index.Segments[0], default(IndexCursor));
            foreach (var token in document.AsSpan(0, 40))
            {
                List<IndexFollower> all = [];
                foreach (var follower in segment.Followers(cursor))
                {
                    all.Add(follower);
                }

                foreach (var wanted in (int[])[0, 1, 8, 64, 1024])
                {
                    var followers = new IndexFollower[wanted];
                    var known = segment.FrequentFollowers(cursor, followers);
                    Assert.Equal(all.OrderByDescending(follower => follower.Count).Take(wanted), followers.Take(known));
                }

                cursor = segment.Advance(cursor, token);
            }
        },
        iter: 20);

    [Fact]
    public void Edges_longer_than_their_field_lead_on()
    {
        var known = Enumerable.Range(0, 70_000).Select(token => token % 20_011).ToArray();
        int[][] documents = [[.. known, 30_000], [.. known, 30_001], [5, 6, 30_002]];
        using var index = IndexFolder.OpenInMemory(documents);
        var (segment, cursor) = (index.Segments[0], default(IndexCursor));
        for (var place = 0; place < known.Length; place++)
        {
            cursor = segment.Advance(cursor, known[place]);
            Assert.Equal(place + 1, cursor.Length);
        }

        Assert.Equal([new IndexFollower(30_000, 1), new IndexFollower(30_001, 1)], Followers(segment, cursor));
        Assert.Equal(2, segment.Occurs(cursor));
        Assert.Equal(known.Length + 1, segment.Advance(cursor, 30_001).Length);
        Assert.Equal(0, segment.Advance(cursor, 30_003).Length);
    }

    [Fact]
    public void A_string_is_not_continued_over_the_end_of_a_document()
    {
        using var index = IndexFolder.OpenInMemory([[1, 2, 3], [4, 5], [2, 3, 6]]);
        var segment = index.Segments[0];
        var cursor = segment.Advance(segment.Advance(default, 4), 5);
        Assert.Equal((2, 0, 0), (cursor.Length, segment.Degree(cursor), Continuation(segment, cursor, 4).Length));
        Assert.Equal(1, segment.Advance(cursor, 2).Length);
        var both = segment.Advance(segment.Advance(default, 2), 3);
        Assert.Equal(2, segment.Occurs(both));
        Assert.Equal([new IndexFollower(6, 1)], Followers(segment, both));
        Assert.Empty(Continuation(segment, both, 4)); // the first occurrence ends its document
        Assert.Throws<ArgumentOutOfRangeException>(() => segment.Advance(both, -1));
        Assert.Equal(default, segment.Advance(both, 1 << 30));
    }

    [Fact]
    public void Several_threads_read_one_index()
    {
        int[][] documents = [.. Enumerable.Range(0, 20).Select(number => Words(number, 300))];
        using var index = IndexFolder.OpenInMemory(documents);
        var stream = Enumerable.Range(10, 20).SelectMany(number => Words(number, 200).Skip(50)).ToArray();
        var lengths = Lengths(index.Segments[0], stream);
        var all = new int[4][];
        Parallel.For(0, all.Length, number => all[number] = Lengths(index.Segments[0], stream));
        Assert.All(all, one => Assert.Equal(lengths, one));
        Assert.True(lengths.Max() > 50);
    }

    private static int[] Lengths(IndexSegment segment, int[] stream)
    {
        var cursor = default(IndexCursor);
        return [.. stream.Select(token => (cursor = segment.Advance(cursor, token)).Length)];
    }

    private static void Same(IndexSegment segment, IndexCursor cursor, SuffixAutomaton automaton, int state)
    {
        Assert.Equal(automaton.Occurs(state), segment.Occurs(cursor));
        Assert.Equal(automaton.Degree(state), segment.Degree(cursor));
        Assert.Equal(
            automaton.EdgesOf(state).Select(edge => new IndexFollower(edge.Token, automaton.Occurs(edge.Target))).OrderBy(edge => edge.Token),
            Followers(segment, cursor));
        if (state != SuffixAutomaton.Root)
        {
            var follows = automaton.Text[(automaton.FirstEnd(state) + 1)..];
            var end = follows.IndexOf(SuffixAutomaton.Separator);
            follows = end < 0 ? follows : follows[..end];
            Assert.Equal(follows[..Math.Min(follows.Length, 16)].ToArray(), Continuation(segment, cursor, 16));
        }
    }

    private static int[] Words(int seed, int count)
    {
        var (words, x) = (new int[count], (uint)seed + 1);
        for (var place = 0; place < count; place++)
        {
            x = place % 7 == 0 ? (x * 1103515245) + 12345 : x;
            words[place] = (int)((x >> 16) % 11 * 3000) + (place % 7);
        }

        return words;
    }

    private static IndexFollower[] Followers(IndexSegment segment, IndexCursor cursor)
    {
        var followers = new List<IndexFollower>();
        foreach (var follower in segment.Followers(cursor))
        {
            followers.Add(follower);
        }

        return [.. followers.OrderBy(follower => follower.Token)];
    }

    private static int[] Continuation(IndexSegment segment, IndexCursor cursor, int wanted)
    {
        var tokens = new int[wanted];
        return tokens[..segment.Continuation(cursor, tokens)];
    }

    private static IEnumerable<IndexFollower> Follow(int[][] documents, int[] text) => Enumerable.Range(0, 5)
        .Select(token => new IndexFollower(token, Occurrence.Ends(documents, [.. text, token]).Count))
        .Where(follower => follower.Count > 0);

    private static int[] Behind(int[][] documents, int end)
    {
        var start = 0;
        foreach (var document in documents)
        {
            if (end < start + document.Length)
            {
                return document[(end - start + 1)..];
            }

            start += document.Length + 1;
        }

        return [];
    }
}
