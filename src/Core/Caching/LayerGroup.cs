using static TorchSharp.torch;

namespace LlmEfficiency.Core.Caching;

/// <summary>Neighbouring layers of a cache that are filled alike: their memory, and what lies in it.</summary>
/// <remarks>
/// The positions of a sequence's tokens are known by slot, except in its first slots once each head chose its own tokens to keep:
/// those lie together and are counted as chosen.
/// </remarks>
internal sealed class LayerGroup : IDisposable
{
    private readonly int[] _lengths;
    private readonly int[][] _positions;
    private readonly int[] _chosen;         // how many of a sequence's first slots were chosen head by head
    private readonly int[] _chosenEnd;      // the position behind the last token of that time

    public LayerGroup(CacheShape shape, int first, int count, Device device, ScalarType type)
    {
        (First, Count, Capacity) = (first, count, shape.CapacityOf(first));
        long[] sizes = [count, shape.Sequences, shape.KeyValueHeads, Capacity, shape.HeadDim];
        Keys = zeros(sizes, dtype: type, device: device).DetachFromDisposeScope();
        Values = zeros(sizes, dtype: type, device: device).DetachFromDisposeScope();
        _lengths = new int[shape.Sequences];
        _chosen = new int[shape.Sequences];
        _chosenEnd = new int[shape.Sequences];
        _positions = [.. Enumerable.Range(0, shape.Sequences).Select(_ => new int[Capacity])];
        Lengths = Array.AsReadOnly(_lengths);
    }

    public int First { get; }

    public int Count { get; }

    public int Capacity { get; }

    public IReadOnlyList<int> Lengths { get; }

    public Tensor Keys { get; }     // [layers, sequences, kvHeads, capacity, headDim]

    public Tensor Values { get; }   // the same

    public bool Has(int layer) => layer >= First && layer < First + Count;

    public int Chosen(int sequence) => _chosen[sequence];

    public ReadOnlySpan<int> Positions(int sequence) => PositionMemory(sequence).Span;

    public ReadOnlyMemory<int> PositionMemory(int sequence) => _positions[sequence].AsMemory(0, _lengths[sequence]);

    public int NextPosition(int sequence) =>
        _lengths[sequence] == _chosen[sequence] ? _chosenEnd[sequence] : _positions[sequence][_lengths[sequence] - 1] + 1;

    public (Tensor Keys, Tensor Values) View(int layer, int first, int count, int slots)
    {
        using var scope = NewDisposeScope();
        return (Slice(Keys).MoveToOuterDisposeScope(), Slice(Values).MoveToOuterDisposeScope());

        Tensor Slice(Tensor all) => all.select(0, layer - First).narrow(0, first, count).narrow(2, 0, slots);
    }

    public void Extend(int sequence, ReadOnlySpan<int> positions)
    {
        positions.CopyTo(_positions[sequence].AsSpan(_lengths[sequence]));
        _lengths[sequence] += positions.Length;
    }

    public void RequireWhole(int sequence, int length)
    {
        if (length < _chosen[sequence])
        {
            throw new ArgumentException(
                $"the first {_chosen[sequence]} slots of sequence {sequence} were chosen together: they are kept or forgotten as a whole",
                nameof(length));
        }
    }

    public void Truncate(int sequence, int length)
    {
        _lengths[sequence] = length;
        if (length == 0)
        {
            (_chosen[sequence], _chosenEnd[sequence]) = (0, 0);
        }
    }

    /// <summary>Counts the first slots as chosen head by head and forgets the others.</summary>
    public void Choose(int sequence, int count)
    {
        _chosenEnd[sequence] = NextPosition(sequence);
        (_chosen[sequence], _lengths[sequence]) = (count, count);
    }

    /// <summary>Keeps the given slots, the same in all heads.</summary>
    public void Retain(int sequence, ReadOnlySpan<int> slots)
    {
        var still = 0;
        while (still < slots.Length && slots[still] == still)
        {
            still++;
        }

        var moved = slots[still..];
        var positions = _positions[sequence];
        for (var i = 0; i < moved.Length; i++)
        {
            positions[still + i] = positions[moved[i]];
        }

        if (moved.Length > 0)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var index = tensor(Array.ConvertAll(moved.ToArray(), slot => (long)slot), device: Keys.device);
            foreach (var all in new[] { Keys, Values })
            {
                var own = all.select(1, sequence);                                  // [layers, kvHeads, capacity, headDim]
                own.narrow(2, still, moved.Length).copy_(own.index_select(2, index));
            }
        }

        _lengths[sequence] = slots.Length;
    }

    public void Copy(int source, int target)
    {
        var length = _lengths[source];
        if (length > 0)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            foreach (var all in new[] { Keys, Values })
            {
                all.select(1, target).narrow(2, 0, length).copy_(all.select(1, source).narrow(2, 0, length));
            }
        }

        _positions[source].AsSpan(0, length).CopyTo(_positions[target]);
        (_lengths[target], _chosen[target], _chosenEnd[target]) = (length, _chosen[source], _chosenEnd[source]);
    }

    public void Reorder(ReadOnlySpan<int> sources)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var index = tensor(Array.ConvertAll(sources.ToArray(), source => (long)source), device: Keys.device);
        var longest = 1;
        foreach (var source in sources)
        {
            longest = Math.Max(longest, _lengths[source]);
        }

        for (var layer = First; layer < First + Count; layer++)
        {
            var (keys, values) = View(layer, 0, sources.Length, longest);
            keys.copy_(keys.index_select(0, index));
            values.copy_(values.index_select(0, index));
        }

        Take(sources, _lengths);
        Take(sources, _chosen);
        Take(sources, _chosenEnd);
        Take(sources, _positions);
        for (var target = 0; target < _positions.Length; target++)
        {
            _positions[target] = [.. _positions[target]];   // two sequences may have the same source
        }
    }

    public void Dispose()
    {
        Keys.Dispose();
        Values.Dispose();
    }

    private static void Take<T>(ReadOnlySpan<int> sources, T[] all)
    {
        var old = all.ToArray();
        for (var target = 0; target < all.Length; target++)
        {
            all[target] = old[sources[target]];
        }
    }
}
