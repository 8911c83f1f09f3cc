using System.Runtime.CompilerServices;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// A node in the mapping, known to lie within it: link, length, first end, count and degree, then its edges: target, length,
/// token. Edges lie in the order of their tokens' hashes, so that the place of one is known but for a few.
/// </summary>
internal readonly unsafe struct IndexNode(uint* start, int tokenBytes)
{
    private const int Linear = 8; // edges that are compared one after the other

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

    /// <summary>Returns the token of an edge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Token(int edge)
    {
        var token = At(edge) + IndexFormat.EdgeBytes;
        return tokenBytes == 2 ? Unsafe.ReadUnaligned<ushort>(token) : Unsafe.ReadUnaligned<ushort>(token) | (token[2] << 16);
    }

    /// <summary>Returns the length of an edge, or <see cref="IndexFormat.LongEdge"/>.</summary>
    public int EdgeLength(int edge) => Unsafe.ReadUnaligned<ushort>(At(edge) + sizeof(uint));

    /// <summary>Returns the target of an edge.</summary>
    public uint Target(int edge) => Unsafe.ReadUnaligned<uint>(At(edge));

    /// <summary>Returns the edge of a token, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int token)
    {
        var degree = Degree;
        if (degree > Linear)
        {
            return Search(token, degree);
        }

        for (var edge = 0; edge < degree; edge++)
        {
            if (Token(edge) == token)
            {
                return edge;
            }
        }

        return -1;
    }

    // Hashes are spread evenly: begin where the hash should be, widen the stretch until it is inside, halve that.
    private int Search(int token, int degree)
    {
        var hash = IndexFormat.Hash(token);
        var low = (int)(((ulong)hash * (uint)degree) >> 32);
        var end = low + 1; // the edge is from low on and before end
        if (IndexFormat.Hash(Token(low)) <= hash)
        {
            for (var step = 1; end < degree && IndexFormat.Hash(Token(end)) <= hash; step *= 2)
            {
                (low, end) = (end, (int)Math.Min(end + (long)step, degree));
            }
        }
        else
        {
            (low, end) = (Math.Max(low - 1, 0), low);
            for (var step = 2; low > 0 && IndexFormat.Hash(Token(low)) > hash; step *= 2)
            {
                (low, end) = ((int)Math.Max(low - (long)step, 0), low);
            }
        }

        while (end - low > 1)
        {
            var middle = low + ((end - low) >> 1);
            (low, end) = IndexFormat.Hash(Token(middle)) <= hash ? (middle, end) : (low, middle);
        }

        return end > low && Token(low) == token ? low : -1;
    }

    private byte* At(int edge) => (byte*)(start + 5) + ((long)edge * (tokenBytes + IndexFormat.EdgeBytes));
}
