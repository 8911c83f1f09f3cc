using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Whole suffix indexes: opened, followed by a stream of tokens, and drafted from.</summary>
public static class SuffixIndexTarget
{
    private const int SegmentsAt = 48;
    private const int TableChecksumAt = 52;
    private const int TableAt = 88;
    private const int LengthAt = 96;
    private const int ChecksumAt = IndexHeader.Size - sizeof(ulong);
    private const int Streamed = 96;

    private static readonly byte[] Hash = new byte[VocabularyHash.Size];

    /// <summary>Makes the target.</summary>
    public static FuzzTarget Create() => new(
        "suffix-index",
        40_000,
        [
            Build(4, 1 << 20, [1, 2, 3, 1, 2, 3, 0], [2, 3, 1, 1], [3]),
            Build(70_000, 8, [1, 2, 1, 2, 1], [69_999, 1, 2, 0, 2, 1, 2], [5, 1, 2]),
            Build(300, 1 << 20, [.. Enumerable.Range(0, 600).Select(place => place % 2 == 0 ? 7 : place / 2 % 290)]), // many edges
        ],
        Read,
        ["\0\0\0\u0080", "\u00ff\u00ff\0\0", "\u00ff\u00ff\u00ff\u007f", "\u0001\0\0\0"]);

    private static byte[] Build(int vocabulary, int segmentTokens, params int[][] documents)
    {
        using var file = new MemoryStream();
        var settings = new IndexBuildSettings { TokenizerHash = Hash, VocabularySize = vocabulary, MaxSegmentTokens = segmentTokens };
        using var build = new IndexBuild(file, settings, null, CancellationToken.None);
        build.Run("seed", documents.Select(document => (ReadOnlyMemory<int>)document));
        return file.ToArray();
    }

    // Once as it is; refused, once more with a table, lengths and checksums that fit, so that mutations reach the nodes.
    private static void Read(byte[] input)
    {
        try
        {
            Query(input, verify: true);
        }
        catch (LlmEfficiencyException) when (input.Length >= IndexHeader.Size + SegmentPlace.Size)
        {
            Query(Repair(input), verify: false);
        }
    }

    private static byte[] Repair(byte[] input)
    {
        var segments = BinaryPrimitives.ReadInt32LittleEndian(input.AsSpan(SegmentsAt));
        var tableBytes = segments is > 0 and < 8 ? segments * SegmentPlace.Size : SegmentPlace.Size;
        var table = (input.Length - tableBytes) / IndexFormat.Alignment * IndexFormat.Alignment;
        if (table < IndexHeader.Size)
        {
            return input;
        }

        var repaired = input[..(table + tableBytes)];
        BinaryPrimitives.WriteInt64LittleEndian(repaired.AsSpan(TableAt), table);
        BinaryPrimitives.WriteInt64LittleEndian(repaired.AsSpan(LengthAt), repaired.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(repaired.AsSpan(TableChecksumAt), IndexFormat.Checksum(0, repaired.AsSpan(table)));
        BinaryPrimitives.WriteUInt64LittleEndian(repaired.AsSpan(ChecksumAt), IndexFormat.Checksum(0, repaired.AsSpan(0, ChecksumAt)));
        return repaired;
    }

    private static void Query(byte[] input, bool verify)
    {
        using var index = SuffixIndex.Open(MappedFile.FromBytes("input.index", input), [], verify);
        var random = new Random(input.Length);
        int[] stream = [.. Enumerable.Range(0, Streamed).Select(_ => random.Next(Math.Min(index.VocabularySize, 9)))];
        foreach (var segment in index.Segments)
        {
            Follow(segment, stream);
        }

        Draft(new RestDrafter([index]), stream);
        Draft(new SamDrafter(null, [index]), stream);
        using var backoff = new BackoffTreeDrafter(texts: DraftSources.None with { Indexes = [index] });
        Draft(backoff, stream);
    }

    private static void Follow(IndexSegment segment, int[] stream)
    {
        var (cursor, continuation, followers) = (default(IndexCursor), new int[40], new IndexFollower[40]);
        foreach (var token in stream)
        {
            cursor = segment.Advance(cursor, token);
            segment.Continuation(cursor, continuation);
            segment.FrequentFollowers(cursor, followers);
            segment.Link(cursor);
        }
    }

    private static void Draft(IDrafter drafter, int[] stream)
    {
        using var session = drafter.Open(stream.AsSpan(0, 4));
        var tree = new DraftTree();
        foreach (var token in stream.AsSpan(4, 24))
        {
            tree.Clear();
            session.Draft(tree, 20);
            session.Append([token]);
        }
    }
}
