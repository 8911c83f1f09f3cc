using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>
/// The transitions of states that have several: a block a state in one pool, compared four at a time. Up to 15 lie in a row;
/// more are found by hashing. A block has 2ⁿ slots and lies within one line of the cache or begins with one. A block that
/// became too small is used again for another state.
/// </summary>
/// <remarks>
/// A block's number is its first slot. A hashed block begins at a multiple of 64 slots, and its number also tells its size, so
/// that one look into memory finds an edge.
/// </remarks>
internal sealed unsafe class EdgeBlocks : IDisposable
{
    private const int Empty = -1;
    private const int LineSize = 3;       // log2 of the slots of a line of the cache
    private const int FirstSize = 2;      // log2 of the slots of the smallest block, with its header
    private const int LargestLinear = 4;  // log2 of the slots of the largest block that is searched in a row
    private const int HashedSize = 6;     // log2 of what the first slot of a hashed block is a multiple of
    private const int Group = 4;          // slots that are compared at once
    private const uint Tokens = 0x55;     // the tokens among the numbers of a group

    // A header (~log2 of the size, number of edges), then edges. A header's and an empty slot's token is none.
    private readonly NativeList<Edge> _slots = new();
    private readonly int[] _free = [.. Enumerable.Repeat(Empty, 32)];

    /// <summary>Gets the size in bytes.</summary>
    public long Bytes => _slots.Bytes;

    /// <summary>Makes a block of two edges.</summary>
    public int Create(Edge first, Edge second)
    {
        var block = Take(FirstSize);
        var slots = _slots.Items + block;
        (slots[0], slots[1], slots[2], slots[3]) = (new Edge(~FirstSize, 2), first, second, new Edge(Empty, Empty));
        return block;
    }

    /// <summary>Makes a copy.</summary>
    public int Copy(int block)
    {
        var size = SizeOf(At(block));
        var copy = Take(size);
        var from = At(block);
        var to = At(copy);
        for (var slot = 0; slot < 1 << size; slot += Group)
        {
            Vector256.Load((int*)(from + slot)).Store((int*)(to + slot));
        }

        return copy;
    }

    /// <summary>Returns the target of a token, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int block, int token)
    {
        var slot = Slot(block, token);
        return slot == null ? Empty : slot->Target;
    }

    /// <summary>Gives a token another target if it has a certain one.</summary>
    /// <returns>Whether it had.</returns>
    public bool Redirect(int block, Edge edge, int target)
    {
        var slot = Slot(block, edge.Token);
        if (slot == null || slot->Target != edge.Target)
        {
            return false;
        }

        *slot = edge with { Target = target };
        return true;
    }

    /// <summary>Adds a token that is not there.</summary>
    /// <returns>The block, which may have moved.</returns>
    public int Add(int block, Edge edge)
    {
        var slots = At(block);
        var (size, count) = (SizeOf(slots), slots->Target);
        if (count == (size <= LargestLinear ? Capacity(size) : Capacity(size) / 4 * 3))
        {
            var larger = Grow(block, size);
            Free(First(block), size);
            block = larger;
        }

        Insert(At(block), edge);
        return block;
    }

    /// <summary>Gets the edges of a block, in no particular order.</summary>
    public Edge[] this[int block]
    {
        get
        {
            var edges = new Edge[Count(block)];
            CopyTo(block, edges);
            return edges;
        }
    }

    /// <summary>Copies the edges of a block, in no particular order.</summary>
    public void CopyTo(int block, Span<Edge> destination)
    {
        var size = SizeOf(At(block));
        var slots = _slots.Span.Slice(First(block) + 1, Capacity(size));
        if (size <= LargestLinear)
        {
            slots[..Count(block)].CopyTo(destination);
            return;
        }

        var next = 0;
        foreach (var edge in slots)
        {
            if (edge.Token != Empty)
            {
                destination[next++] = edge;
            }
        }
    }

    /// <summary>Returns how many edges a block has.</summary>
    public int Count(int block) => At(block)->Target;

    /// <summary>Fetches where a token is looked for first into the cache ahead of its use; no number harms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int block, int token) =>
        _slots.Prefetch(IsHashed(block) ? First(block) + Home(token, HashedSizeOf(block)) : block);

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private static bool IsHashed(int block) => (block & 1) != 0;

    private static int First(int block) => IsHashed(block) ? block & -(1 << HashedSize) : block;

    private static int HashedSizeOf(int block) => (block >> 1) & 31;

    private static int SizeOf(Edge* slots) => ~slots->Token;

    // The first slot is the header.
    private static int Capacity(int size) => (1 << size) - 1;

    // The group of a hashed block where a token's search begins, as a slot.
    private static int Home(int token, int size) => (int)(((uint)token * 0x9E3779B1u) >> (32 + 2 - size)) * Group;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hits(Edge* group, Vector256<int> token) =>
        Vector256.Equals(Vector256.Load((int*)group), token).ExtractMostSignificantBits() & Tokens;

    private static Edge* InRow(Edge* slots, int token, int count)
    {
        var wanted = Vector256.Create(token);
        for (var slot = Group; slot < count; slot += Group)
        {
            var hits = Hits(slots + slot, wanted);
            if (hits != 0)
            {
                return slots + slot + (BitOperations.TrailingZeroCount(hits) >> 1);
            }
        }

        return null;
    }

    private static Edge* Hashed(Edge* slots, int token, int size)
    {
        var (wanted, empty) = (Vector256.Create(token), Vector256.Create(Empty));
        for (var slot = Home(token, size); ; slot = (slot + Group) & Capacity(size))
        {
            var hits = Hits(slots + slot, wanted);
            if (hits != 0)
            {
                return slots + slot + (BitOperations.TrailingZeroCount(hits) >> 1);
            }

            if (Hits(slots + slot, empty) != 0)
            {
                return null;
            }
        }
    }

    private static void Insert(Edge* slots, Edge edge)
    {
        var size = SizeOf(slots);
        var place = slots->Target + 1;
        if (size > LargestLinear)
        {
            for (place = Home(edge.Token, size); slots[place].Token != Empty;)
            {
                place = (place + 1) & Capacity(size);
            }
        }

        slots[place] = edge;
        *slots = *slots with { Target = slots->Target + 1 };
    }

    private Edge* At(int block) => _slots.Items + First(block);

    // The slot of a token, or null.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Edge* Slot(int block, int token)
    {
        var slots = _slots.Items;
        if (IsHashed(block))
        {
            return Hashed(slots + First(block), token, HashedSizeOf(block));
        }

        slots += block;
        var hits = Hits(slots, Vector256.Create(token));
        if (hits != 0)
        {
            return slots + (BitOperations.TrailingZeroCount(hits) >> 1);
        }

        var size = SizeOf(slots);
        return size == FirstSize ? null : InRow(slots, token, 1 << size);
    }

    private int Grow(int block, int size)
    {
        var larger = Take(size + 1);
        var from = At(block);
        var to = At(larger);
        for (var slot = 0; slot < 2 << size; slot += Group)
        {
            Vector256.Create(Empty).Store((int*)(to + slot));
        }

        *to = new Edge(~(size + 1), 0);
        for (var slot = 1; slot <= Capacity(size); slot++)
        {
            if (from[slot].Token != Empty)
            {
                Insert(to, from[slot]);
            }
        }

        return larger;
    }

    // Slots of any content.
    private int Take(int size)
    {
        var block = _free[size];
        if (block != Empty)
        {
            _free[size] = _slots.Items[block].Target;
        }
        else
        {
            var unit = size > LargestLinear ? HashedSize : Math.Min(size, LineSize);
            while (_slots.Count % (1 << unit) != 0) // what is left before the next unit is free
            {
                var left = Math.Min(BitOperations.TrailingZeroCount(_slots.Count), LargestLinear);
                Free(_slots.AddRange(1 << left), left);
            }

            block = _slots.AddRange(1 << size);
        }

        return size > LargestLinear ? block | (size << 1) | 1 : block;
    }

    private void Free(int first, int size)
    {
        _slots[first] = new Edge(~size, _free[size]);
        _free[size] = first;
    }
}
