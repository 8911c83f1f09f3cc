using System.Runtime.CompilerServices;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// A node in the mapping, known to lie within it: link, length, first end, count and degree, then tokens in ascending order,
/// lengths and targets of the edges.
/// </summary>
internal readonly unsafe struct IndexNode(uint* start, int tokenBytes)
{
    private const int Linear = 32; // tokens that are compared at once rather than halved

    /// <summary>Gets the node of the longest suffix that occurs more often; the root's is the root.</summary>
    public uint Link => start[0];

    /// <summary>Gets the length of the longest string.</summary>
    public int Length => (int)start[1];

    /// <summary>Gets where in the text the first occurrence ends.</summary>
    public int FirstEnd => (int)start[2];

    /// <summary>Gets the number of occurrences.</summary>
    public int Count => (int)start[3];

    /// <summary>Gets the number of edges.</summary>
    public int Degree => (int)start[4];

    private byte* Tokens => (byte*)(start + 5);

    private byte* Lengths => Tokens + ((long)Degree * tokenBytes);

    private byte* Targets => Lengths + (2L * Degree);

    /// <summary>Returns the token of an edge.</summary>
    public int Token(int edge) => tokenBytes == 2
        ? ((ushort*)Tokens)[edge]
        : Tokens[3L * edge] | (Tokens[(3L * edge) + 1] << 8) | (Tokens[(3L * edge) + 2] << 16);

    /// <summary>Returns the length of an edge, or <see cref="IndexFormat.LongEdge"/>.</summary>
    public int EdgeLength(int edge) => Unsafe.ReadUnaligned<ushort>(Lengths + (2L * edge));

    /// <summary>Returns the target of an edge.</summary>
    public uint Target(int edge) => Unsafe.ReadUnaligned<uint>(Targets + (4L * edge));

    /// <summary>Returns the edge of a token, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int token)
    {
        var (first, count) = (0, Degree);
        if (tokenBytes == 2)
        {
            var tokens = (ushort*)Tokens;
            while (count > Linear)
            {
                var half = count >> 1;
                first = tokens[first + half] <= token ? first + half : first;
                count -= half;
            }

            var place = (uint)token < ushort.MaxValue ? new ReadOnlySpan<ushort>(tokens + first, count).IndexOf((ushort)token) : -1;
            return place < 0 ? -1 : first + place;
        }

        while (count > 1)
        {
            var half = count >> 1;
            first = Token(first + half) <= token ? first + half : first;
            count -= half;
        }

        return count == 1 && Token(first) == token ? first : -1;
    }
}
