using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// A node in the mapping, known to lie within it: link, length, first end, count and degree, then its edges: target, length,
/// token. Edges lie in the order of their tokens' hashes, so that the place of one is known but for a few.
/// </summary>
[SkipLocalsInit]
internal readonly unsafe struct IndexNode(uint* start, int tokenBytes)
{
    private const int Group = 4;   // edges of short tokens that are compared at once; a wide read may end behind the node
    private const int Window = 16; // edges around the likely place that are compared first

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
        return degree > Window ? Search(token, degree) : Find(token, 0, degree);
    }

    private int Find(int token, int first, int end)
    {
        if (tokenBytes == sizeof(ushort))
        {
            var wanted = Vector256.Create((ulong)(uint)token);
            for (var edge = first; edge < end; edge += Group)
            {
                var tokens = Vector256.ShiftRightLogical(Vector256.Load((ulong*)At(edge)), 8 * IndexFormat.EdgeBytes);
                var hits = Vector256.Equals(tokens, wanted).ExtractMostSignificantBits();
                if (hits != 0)
                {
                    edge += BitOperations.TrailingZeroCount(hits);
                    return edge < end ? edge : -1;
                }
            }

            return -1;
        }

        for (var edge = first; edge < end; edge++)
        {
            if (Token(edge) == token)
            {
                return edge;
            }
        }

        return -1;
    }

    // Hashes are spread evenly: look where the hash should be, correct that by the hash found there, compare the edges around.
    private int Search(int token, int degree)
    {
        var hash = IndexFormat.Hash(token);
        var guess = (int)(((ulong)hash * (uint)degree) >> 32);
        guess += (int)((((long)hash - IndexFormat.Hash(Token(guess))) * degree) >> 32);
        var first = Math.Clamp(guess - (Window / 2) + 1, 0, degree - Window);
        var edge = Find(token, first, first + Window);
        if (edge >= 0)
        {
            return edge;
        }

        var isBefore = IndexFormat.Hash(Token(first)) > hash;
        return isBefore ? Halve(token, 0, first)
            : IndexFormat.Hash(Token(first + Window - 1)) < hash ? Halve(token, first + Window, degree)
            : -1;
    }

    private int Halve(int token, int low, int end)
    {
        var hash = IndexFormat.Hash(token);
        while (end - low > 1)
        {
            var middle = low + ((end - low) >> 1);
            (low, end) = IndexFormat.Hash(Token(middle)) <= hash ? (middle, end) : (low, middle);
        }

        return end > low && Token(low) == token ? low : -1;
    }

    private byte* At(int edge) => (byte*)(start + 5) + ((long)edge * (tokenBytes + IndexFormat.EdgeBytes));
}
