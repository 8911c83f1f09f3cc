using System.Runtime.CompilerServices;

namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>
/// The transitions of states that have several: a block a state in one pool. Up to 15 lie in a row; more are found by
/// hashing. A block has 2ⁿ slots and lies within one line of the cache or begins with one. A block that became too small is
/// used again for another state.
/// </summary>
internal sealed class EdgeBlocks : IDisposable
{
    private const int Empty = -1;
    private const int LineSize = 3;       // log2 of the slots of a line of the cache
    private const int FirstSize = 2;      // log2 of the slots of the smallest block, with its header
    private const int LargestLinear = 4;  // log2 of the slots of the largest block that is searched in a row

    private readonly NativeList<Edge> _slots = new(); // a header (log2 of the size, number of edges), then edges
    private readonly int[] _free = [.. Enumerable.Repeat(Empty, 32)];

    /// <summary>Gets the size in bytes.</summary>
    public long Bytes => _slots.Bytes;

    /// <summary>Makes a block of two edges.</summary>
    public int Create(Edge first, Edge second)
    {
        var block = Take(FirstSize);
        Insert(block, first);
        Insert(block, second);
        return block;
    }

    /// <summary>Makes a copy.</summary>
    public int Copy(int block)
    {
        var size = _slots[block].Token;
        var copy = Take(size);
        _slots.Copy(block, copy, 1 << size);
        return copy;
    }

    /// <summary>Returns the target of a token, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int block, int token)
    {
        var slot = Slot(block, token);
        return slot < 0 ? -1 : _slots[slot].Target;
    }

    /// <summary>Gives a token another target if it has a certain one.</summary>
    /// <returns>Whether it had.</returns>
    public bool Redirect(int block, Edge edge, int target)
    {
        var slot = Slot(block, edge.Token);
        if (slot < 0 || _slots[slot].Target != edge.Target)
        {
            return false;
        }

        _slots[slot] = edge with { Target = target };
        return true;
    }

    /// <summary>Adds a token that is not there.</summary>
    /// <returns>The block, which may have moved.</returns>
    public int Add(int block, Edge edge)
    {
        var (size, count) = _slots[block];
        var limit = size <= LargestLinear ? Capacity(size) : Capacity(size) / 4 * 3;
        if (count == limit)
        {
            var larger = Take(size + 1);
            for (var slot = block + 1; slot <= block + Capacity(size); slot++)
            {
                if (_slots[slot].Target != Empty)
                {
                    Insert(larger, _slots[slot]);
                }
            }

            _slots[block] = new Edge(size, _free[size]);
            _free[size] = block;
            block = larger;
        }

        Insert(block, edge);
        return block;
    }

    /// <summary>Gets the edges of a block, in no particular order.</summary>
    public IEnumerable<Edge> this[int block]
    {
        get
        {
            var capacity = Capacity(_slots[block].Token);
            for (var slot = block + 1; slot <= block + capacity; slot++)
            {
                if (_slots[slot].Target != Empty)
                {
                    yield return _slots[slot];
                }
            }
        }
    }

    /// <summary>Copies the edges of a block, in no particular order.</summary>
    public void CopyTo(int block, Span<Edge> destination)
    {
        var (size, count) = _slots[block];
        var slots = _slots.Span.Slice(block + 1, Capacity(size));
        if (size <= LargestLinear)
        {
            slots[..count].CopyTo(destination);
            return;
        }

        var next = 0;
        foreach (var edge in slots)
        {
            if (edge.Target != Empty)
            {
                destination[next++] = edge;
            }
        }
    }

    /// <summary>Returns how many edges a block has.</summary>
    public int Count(int block) => _slots[block].Target;

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    // The first slot is the header.
    private static int Capacity(int size) => (1 << size) - 1;

    // A slot of a hashed block, from 1 on.
    private static int Home(int token, int size) =>
        1 + (int)(((ulong)((uint)token * 0x9E3779B1u) * (uint)Capacity(size)) >> 32);

    private int Take(int size)
    {
        var block = _free[size];
        if (block != Empty)
        {
            _free[size] = _slots[block].Target;
        }
        else
        {
            if (size >= LineSize && _slots.Count % (1 << LineSize) != 0) // half a line is left
            {
                var half = _slots.AddRange(1 << FirstSize);
                _slots[half] = new Edge(FirstSize, _free[FirstSize]);
                _free[FirstSize] = half;
            }

            block = _slots.AddRange(1 << size);
        }

        _slots[block] = new Edge(size, 0);
        for (var slot = 1; slot <= Capacity(size); slot++)
        {
            _slots[block + slot] = new Edge(0, Empty);
        }

        return block;
    }

    private void Insert(int block, Edge edge)
    {
        var (size, count) = _slots[block];
        var slot = block + 1 + count;
        if (size > LargestLinear)
        {
            var place = Home(edge.Token, size);
            while (_slots[block + place].Target != Empty)
            {
                place = place == Capacity(size) ? 1 : place + 1;
            }

            slot = block + place;
        }

        _slots[slot] = edge;
        _slots[block] = new Edge(size, count + 1);
    }

    private int Slot(int block, int token)
    {
        var (size, count) = _slots[block];
        if (size <= LargestLinear)
        {
            for (var slot = block + 1; slot <= block + count; slot++)
            {
                if (_slots[slot].Token == token)
                {
                    return slot;
                }
            }

            return -1;
        }

        for (var place = Home(token, size); _slots[block + place].Target != Empty;)
        {
            if (_slots[block + place].Token == token)
            {
                return block + place;
            }

            place = place == Capacity(size) ? 1 : place + 1;
        }

        return -1;
    }
}
