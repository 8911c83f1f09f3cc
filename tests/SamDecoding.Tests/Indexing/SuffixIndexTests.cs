using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.SamDecoding.Indexing;
using LlmEfficiency.SamDecoding.Tests.Automata;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Indexing;

public sealed class SuffixIndexTests : IDisposable
{
    private static readonly int[][] Documents =
    [
        [.. Enumerable.Range(0, 400).Select(place => place * place % 23)], [.. Enumerable.Range(0, 300).Select(place => place * 7 % 29)], [1, 2, 3],
    ];

    private readonly IndexFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_built_is_what_is_opened()
    {
        var path = _folder["own.index"];
        var reports = new List<IndexBuildProgress>();
        var built = SuffixIndexBuilder.Build(
            path, Documents.Append([]).Select(document => (ReadOnlyMemory<int>)document), IndexFolder.Settings(), new Reports(reports.Add),
            TestContext.Current.CancellationToken);
        using var index = SuffixIndex.Open(path, IndexFolder.Hash);
        Assert.Equal((703, 3, 32000), (index.Tokens, index.Documents, index.VocabularySize));
        Assert.Equal(IndexFolder.Hash, index.TokenizerHash.ToArray());
        Assert.Equal(new FileInfo(path).Length, index.Bytes);
        Assert.Equal(new IndexBuildProgress(703, 3, 1, index.Bytes), built);
        Assert.Equal(built, reports[^1]);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.InRange(index.Edges, index.Nodes, 3 * index.Tokens);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(350)]
    public void Segments_share_the_documents_and_the_longest_match_is_taken(int segmentTokens)
    {
        var path = _folder.Build(Documents, segmentTokens: segmentTokens);
        using var index = SuffixIndex.Open(path, IndexFolder.Hash);
        Assert.Equal((703, 3), (index.Tokens, index.Documents));
        Assert.Equal((703 + segmentTokens - 1) / segmentTokens, index.Segments.Count);
        var matcher = new IndexMatcher(index);
        var stream = Documents[0][250..].Concat(Documents[1][..90]).ToArray();
        for (var length = 1; length <= stream.Length; length++)
        {
            matcher.Append(stream[length - 1]);
            var expected = index.Segments.Count == 1 ? matcher.Length : Cut(segmentTokens).Max(piece => Occurrence.LongestSuffix(piece, stream.AsSpan(0, length)));
            Assert.Equal(expected, matcher.Length);
        }
    }

    [Fact]
    public void Several_indexes_are_followed_at_once_and_a_place_can_be_returned_to()
    {
        using var first = _folder.Open([[1, 2, 3, 4]]);
        SuffixIndexBuilder.Build(_folder["other.index"], [(int[])[9, 2, 3, 4, 5, 6]], IndexFolder.Settings(), cancellation: TestContext.Current.CancellationToken);
        using var second = SuffixIndex.Open(_folder["other.index"], IndexFolder.Hash);
        var matcher = new IndexMatcher(first, second);
        matcher.Append([1, 2]);
        Assert.Equal((2, 0, 2), (matcher.Segments.Count, matcher.Longest, matcher.Length));
        var (place, draft) = (matcher.Cursors.ToArray(), new int[5]);
        Assert.Equal([3, 4], draft[..matcher.Continuation(draft)]);
        matcher.Append([3, 4, 5]);
        Assert.Equal((1, 4), (matcher.Longest, matcher.Length));
        Assert.Equal([6], draft[..matcher.Continuation(draft)]);
        matcher.Restore(place);
        matcher.Append(3);
        Assert.Equal((0, 3), (matcher.Longest, matcher.Length));
        matcher.Restore([]);
        Assert.Equal((0, 0), (matcher.Length, matcher.Continuation(draft)));
        Assert.Equal(0, new IndexMatcher().Length);
    }

    [Fact]
    public void A_small_memory_cap_makes_segments()
    {
        var path = _folder["capped.index"];
        var text = new int[350_000];
        var x = 1u;
        for (var place = 0; place < text.Length; place++)
        {
            x = (x * 1664525) + 1013904223;
            text[place] = (int)(x >> 18);
        }

        var settings = IndexFolder.Settings(segmentTokens: 1 << 29) with { MemoryCap = IndexBuildSettings.LeastMemory };
        var built = SuffixIndexBuilder.Build(path, [text], settings, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((350_000, 1), (built.Tokens, built.Documents));
        Assert.InRange(built.Segments, 2, 12);
        using var index = SuffixIndex.Open(path, IndexFolder.Hash);
        Assert.All(index.Segments, segment => Assert.InRange(segment.Symbols, 1, 300_000));
    }

    [Fact]
    public void Cancelling_leaves_no_file()
    {
        using var cancellation = new CancellationTokenSource();
        var path = _folder["cancelled.index"];
        IEnumerable<ReadOnlyMemory<int>> Endless()
        {
            for (var number = 0; ; number++)
            {
                if (number == 10)
                {
                    cancellation.Cancel();
                }

                yield return Documents[0];
            }
        }

        Assert.Throws<OperationCanceledException>(
            () => SuffixIndexBuilder.Build(path, Endless(), IndexFolder.Settings(), null, cancellation.Token));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Settings_and_ids_that_cannot_work_are_refused()
    {
        var settings = IndexFolder.Settings();
        Refused("tokenizer_hash: 3", [[1]], settings with { TokenizerHash = new byte[3] });
        Refused("vocabulary_size: 0", [[1]], settings with { VocabularySize = 0 });
        Refused("vocabulary_size: 16777216", [[1]], settings with { VocabularySize = 1 << 24 });
        Refused("memory_cap: 5", [[1]], settings with { MemoryCap = 5 });
        Refused("max_segment_tokens: 0", [[1]], settings with { MaxSegmentTokens = 0 });
        Refused("document 1: token 32000 at 2 is outside the vocabulary of 32000", [[1], [1, 2, 32000]], settings);
        Refused("document 0: token -1 at 0", [[-1]], settings);
        Refused("there is no token", [[], []], settings);
        Refused("cannot be written", [[1]], settings, "no-folder/x.index");
    }

    [Fact]
    public void The_largest_ids_of_two_and_three_bytes_are_kept()
    {
        foreach (var vocabulary in (int[])[65_535, 65_536, (1 << 24) - 1])
        {
            using var index = _folder.Open([[0, vocabulary - 1, vocabulary - 2, 0, vocabulary - 1]], vocabulary);
            var (segment, cursor) = (index.Segments[0], default(IndexCursor));
            foreach (var token in (int[])[0, vocabulary - 1])
            {
                cursor = segment.Advance(cursor, token);
            }

            var draft = new int[4];
            Assert.Equal((2, 2), (cursor.Length, segment.Occurs(cursor)));
            Assert.Equal([vocabulary - 2, 0, vocabulary - 1], draft[..segment.Continuation(cursor, draft)]);
            Assert.Equal(0, segment.Advance(cursor, vocabulary).Length);
        }
    }

    [Fact]
    public void Files_of_other_kinds_versions_and_tokenizers_are_refused_by_name()
    {
        var bytes = File.ReadAllBytes(_folder.Build(Documents));
        Refused("damaged.index: is no suffix index", []);
        Refused("is no suffix index", new byte[4096]);
        byte[] version = [.. bytes];
        version[8] = 2;
        Refused("has version 2, this program reads 1: build it again", version);
        var problem = Assert.Throws<LlmEfficiencyException>(() => Open(bytes, new byte[32]));
        Assert.Contains("built for the tokenizer 0102030405060708, not for 0000000000000000", problem.Message, StringComparison.Ordinal);
        Refused("its header says", [.. bytes, 0]);
        Assert.Throws<LlmEfficiencyException>(() => SuffixIndex.Open(_folder["missing.index"], IndexFolder.Hash));
    }

    [Fact]
    public void A_file_that_is_cut_short_anywhere_is_refused()
    {
        var bytes = File.ReadAllBytes(_folder.Build(Documents));
        foreach (var length in Enumerable.Range(0, bytes.Length / 64).Select(part => part * 64).Concat([1, 127, 129, bytes.Length - 1]))
        {
            Assert.Throws<LlmEfficiencyException>(() => Open(bytes.AsSpan(0, length), IndexFolder.Hash, verify: false));
        }
    }

    [Fact]
    public void Every_byte_is_under_a_checksum()
    {
        var bytes = File.ReadAllBytes(_folder.Build(Documents[1..]));
        for (var place = 0; place < bytes.Length; place++)
        {
            bytes[place] ^= 0x10;
            Assert.ThrowsAny<LlmEfficiencyException>(() => Open(bytes, IndexFolder.Hash));
            bytes[place] ^= 0x10;
        }

        Open(bytes, IndexFolder.Hash).Dispose();
    }

    [Fact]
    public void A_damaged_body_gives_wrong_answers_or_a_refusal_but_nothing_worse()
    {
        var bytes = File.ReadAllBytes(_folder.Build(Documents, segmentTokens: 500));
        var (refused, x) = (0, 12345u);
        for (var round = 0; round < 3_000; round++)
        {
            byte[] damaged = [.. bytes];
            for (var count = 0; count <= round % 4; count++)
            {
                x = (x * 1664525) + 1013904223;
                var place = 128 + (int)(x % (uint)(bytes.Length - 128 - (2 * 40))); // neither header nor table
                damaged[place] = (byte)(round % 3 == 0 ? 0xFF : x >> 24);
            }

            using var index = Open(damaged, IndexFolder.Hash, verify: false);
            refused += Read(index) ? 0 : 1;
        }

        Assert.InRange(refused, 1, 2_999);
    }

    [Fact]
    public void A_table_that_points_outside_is_refused()
    {
        var path = _folder.Build(Documents);
        var bytes = File.ReadAllBytes(path);
        using (SuffixIndex.Open(path, IndexFolder.Hash))
        {
            foreach (var place in (SegmentPlace[])[
                new(-1, 128, 128, 64, 0, 0), new(long.MaxValue, 128, 128, 64, 0, 0), new(1, 64, 128, 64, 0, 0), new(1, 130, 128, 64, 0, 0),
                new(1, 128, long.MaxValue - 63, 64, 0, 0), new(1, 128, 128, long.MaxValue, 0, 0), new(1, 128, 128, 19, 0, 0), new(1 << 30, 128, 128, 64, 0, 0)])
            {
                var problem = Assert.Throws<LlmEfficiencyException>(() => place.Check("a.index", 0, bytes.Length - 40, 2));
                Assert.StartsWith("a.index: segment 0: ", problem.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void After_disposal_nothing_is_read()
    {
        var index = _folder.Open(Documents);
        var segment = index.Segments[0];
        var cursor = segment.Advance(default, 1);
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => segment.Advance(cursor, 1));
        Assert.Throws<ObjectDisposedException>(() => segment.Occurs(cursor));
        Assert.Equal(0, segment.Continuation(cursor, new int[4]));
        index.Dispose();
    }

    private static SuffixIndex Open(ReadOnlySpan<byte> bytes, byte[] hash, bool? verify = null) =>
        SuffixIndex.Open(MappedFile.FromBytes("damaged.index", bytes), hash, verify);

    private static void Refused(string message, byte[] bytes)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => Open(bytes, IndexFolder.Hash));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    private void Refused(string message, int[][] documents, IndexBuildSettings settings, string name = "refused.index")
    {
        var problem = Assert.Throws<LlmEfficiencyException>(
            () => SuffixIndexBuilder.Build(_folder[name], documents.Select(document => (ReadOnlyMemory<int>)document), settings));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder[name]));
    }

    // Whether all could be read.
    private static bool Read(SuffixIndex index)
    {
        try
        {
            var (matcher, draft) = (new IndexMatcher(index), new int[8]);
            foreach (var token in Documents[0].Concat(Documents[1]).Concat(Documents[0]))
            {
                matcher.Append(token);
                matcher.Continuation(draft);
            }

            foreach (var (segment, cursor) in matcher.Segments.Zip(matcher.Cursors.ToArray()))
            {
                for (var at = cursor; at.Length > 0; at = segment.Link(at))
                {
                    foreach (var follower in segment.Followers(at))
                    {
                        segment.Occurs(segment.Advance(at, follower.Token));
                    }
                }
            }

            return true;
        }
        catch (MalformedFileException)
        {
            return false;
        }
    }

    // The documents as they lie in segments.
    private static List<List<int[]>> Cut(int segmentTokens)
    {
        var segments = new List<List<int[]>> { new() };
        var room = segmentTokens;
        foreach (var document in Documents)
        {
            for (var start = 0; start < document.Length;)
            {
                var taken = Math.Min(room, document.Length - start);
                segments[^1].Add(document[start..(start + taken)]);
                (start, room) = (start + taken, room - taken);
                if (room == 0)
                {
                    segments.Add([]);
                    room = segmentTokens;
                }
            }
        }

        return segments;
    }

    private sealed class Reports(Action<IndexBuildProgress> add) : IProgress<IndexBuildProgress>
    {
        public void Report(IndexBuildProgress value) => add(value);
    }
}
