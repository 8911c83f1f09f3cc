using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// What writer and reader of an index file agree on; see docs/formats.md. All numbers are little-endian.
/// </summary>
internal static class IndexFormat
{
    /// <summary>The version that is written and read.</summary>
    public const int Version = 1;

    /// <summary>Where sections begin and end, in bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes behind the content of a section, so that wide reads end within it.</summary>
    public const int Slack = 32;

    /// <summary>The unit of node addresses in bytes.</summary>
    public const int Unit = 4;

    /// <summary>The bytes of a node without its edges: link, length, first end, count, degree.</summary>
    public const int NodeBytes = 20;

    /// <summary>The bytes of an edge before its token: target and length.</summary>
    public const int EdgeBytes = 6;

    /// <summary>An edge's length that stands for a longer one, which lies behind the node's edges with the true target.</summary>
    public const int LongEdge = ushort.MaxValue;

    /// <summary>The bytes that each long edge takes behind the edges: target and length.</summary>
    public const int LongEdgeBytes = 8;

    /// <summary>Marks a target that is no node but the place of the edge's first token in the text; it occurs once.</summary>
    public const uint DocumentEnd = 0x8000_0000;

    /// <summary>The largest vocabulary, for ids of three bytes and a separator.</summary>
    public const int MaxVocabulary = (1 << 24) - 1;

    /// <summary>The most tokens of a segment, so that places and addresses have 31 bits.</summary>
    public const int MaxSegmentTokens = 1 << 29;

    private const int ChecksumBlock = 1 << 20; // a multiple of the sections' alignment

    /// <summary>Returns what edges are ordered by: different for different tokens, and spread over 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(int token) => (uint)token * 0x9E37_79B1u;

    /// <summary>Returns the token of a hash.</summary>
    public static int TokenOf(uint hash) => (int)(hash * 0x0E8B_2F51u);

    /// <summary>Returns the bytes of an id: the highest value separates documents.</summary>
    public static int TokenBytes(int vocabulary) => vocabulary <= ushort.MaxValue ? 2 : 3;

    /// <summary>Returns what separates documents in a text.</summary>
    public static int Separator(int tokenBytes) => (1 << (8 * tokenBytes)) - 1;

    /// <summary>Returns the size of a node in bytes.</summary>
    public static long SizeOf(long degree, int tokenBytes, long longEdges) =>
        ToUnits(NodeBytes + (degree * (tokenBytes + EdgeBytes))) + (longEdges * LongEdgeBytes);

    /// <summary>Returns the size of a section in bytes.</summary>
    public static long Padded(long content) => (content + Slack + Alignment - 1) / Alignment * Alignment;

    /// <summary>Goes on with a CRC-32C over whole words of eight bytes.</summary>
    public static uint Checksum(uint before, ReadOnlySpan<byte> content)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(content))
        {
            before = BitOperations.Crc32C(before, word);
        }

        return before;
    }

    /// <summary>Returns the CRC-32C of a part of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="length">Its size, whole words of eight bytes.</param>
    public static uint Checksum(MappedFile file, long offset, long length)
    {
        var checksum = 0u;
        for (var done = 0L; done < length; done += ChecksumBlock)
        {
            checksum = Checksum(checksum, file.Slice(offset + done, (int)Math.Min(ChecksumBlock, length - done)));
        }

        return checksum;
    }

    private static long ToUnits(long bytes) => (bytes + Unit - 1) / Unit * Unit;
}
