using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Caching;

/// <summary>Keys and values of several sequences in memory that is taken once.</summary>
/// <remarks>
/// Every change works in place. Slots beyond a sequence's length hold old but finite numbers, which a masked
/// softmax needs: nothing times not-a-number is not a number.
/// </remarks>
public sealed class PreallocatedCache : IDisposable
{
    private readonly Tensor _keys;      // [layers, sequences, kvHeads, capacity, headDim]
    private readonly Tensor _values;    // the same
    private readonly int[] _lengths;
    private readonly int[][] _positions;

    /// <summary>Takes the memory.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="device">Where the keys and values lie.</param>
    /// <param name="type">Their element type.</param>
    /// <exception cref="ArgumentException">A size is not positive.</exception>
    public PreallocatedCache(CacheShape shape, ComputeDevice device, ScalarType type)
    {
        RequirePositive(shape);
        Shape = shape;
        long[] sizes = [shape.Layers, shape.Sequences, shape.KeyValueHeads, shape.Capacity, shape.HeadDim];
        _keys = zeros(sizes, dtype: type, device: device.Torch).DetachFromDisposeScope();
        _values = zeros(sizes, dtype: type, device: device.Torch).DetachFromDisposeScope();
        _lengths = new int[shape.Sequences];
        _positions = [.. Enumerable.Range(0, shape.Sequences).Select(_ => new int[shape.Capacity])];
        Lengths = Array.AsReadOnly(_lengths);
    }

    /// <summary>Gets the sizes.</summary>
    public CacheShape Shape { get; }

    /// <summary>Gets how many slots each sequence fills.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Gets the memory that the keys and values take, in bytes, filled or not.</summary>
    public long Bytes => Shape.Elements * _keys.ElementSize;

    /// <summary>Gets the part of <see cref="Bytes"/> that filled slots take.</summary>
    public long FilledBytes => Shape.ElementsPerSlot * _keys.ElementSize * _lengths.Sum(length => (long)length);

    /// <summary>Returns the positions of a sequence's tokens, slot by slot.</summary>
    public ReadOnlySpan<int> Positions(int sequence) => _positions[sequence].AsSpan(0, _lengths[sequence]);

    /// <summary>Returns the position of a sequence's last slot plus one, or 0 where it is empty.</summary>
    public int NextPosition(int sequence) =>
        _lengths[sequence] is var length and > 0 ? _positions[sequence][length - 1] + 1 : 0;

    /// <summary>Prepares to take in new tokens; nothing changes before <see cref="CacheStep.Commit"/>.</summary>
    /// <param name="rows">New tokens, at most one row per sequence, ordered by sequence.</param>
    /// <param name="window">How many positions back a token sees; null means all.</param>
    /// <param name="isRowwise">Whether attention works on each token by itself: the step then lists slots and has no runs.</param>
    /// <exception cref="ArgumentException">The rows are not in order, or a sequence would overflow.</exception>
    public CacheStep Begin(IReadOnlyList<CacheRow> rows, int? window = null, bool isRowwise = false) => new(this, rows, window, isRowwise);

    /// <summary>Returns a view of what one layer holds of some neighbouring sequences.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="first">The first sequence.</param>
    /// <param name="count">How many sequences.</param>
    /// <param name="slots">How many slots, from the first on.</param>
    /// <returns>Keys and values, <c>[count, kvHeads, slots, headDim]</c>, in the cache's own memory.</returns>
    public (Tensor Keys, Tensor Values) View(int layer, int first, int count, int slots)
    {
        using var scope = NewDisposeScope();
        return (Slice(_keys).MoveToOuterDisposeScope(), Slice(_values).MoveToOuterDisposeScope());

        Tensor Slice(Tensor all) => all.select(0, layer).narrow(0, first, count).narrow(2, 0, slots);
    }

    /// <summary>Forgets all slots of one sequence from <paramref name="length"/> on.</summary>
    public void Truncate(int sequence, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _lengths[sequence]);
        _lengths[sequence] = length;
    }

    /// <summary>Keeps some slots of one sequence, closes the gaps and forgets the others.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="slots">Slots to keep, ascending. The kept tokens keep their positions.</param>
    public void Retain(int sequence, ReadOnlySpan<int> slots)
    {
        RequireAscending(slots, _lengths[sequence]);
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
            var index = tensor(Array.ConvertAll(moved.ToArray(), slot => (long)slot), device: _keys.device);
            foreach (var all in new[] { _keys, _values })
            {
                var own = all.select(1, sequence);                                  // [layers, kvHeads, capacity, headDim]
                own.narrow(2, still, moved.Length).copy_(own.index_select(2, index));
            }
        }

        _lengths[sequence] = slots.Length;
    }

    /// <summary>Replaces what one sequence holds by a copy of what another holds.</summary>
    public void Copy(int source, int target)
    {
        var length = _lengths[source];
        if (source != target && length > 0)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            foreach (var all in new[] { _keys, _values })
            {
                all.select(1, target).narrow(2, 0, length).copy_(all.select(1, source).narrow(2, 0, length));
            }
        }

        _positions[source].AsSpan(0, length).CopyTo(_positions[target]);
        _lengths[target] = length;
    }

    /// <summary>Makes each sequence hold what another held: the surviving beams or samples of a batch.</summary>
    /// <param name="sources">For each sequence, whose content it takes; a sequence may be taken more than once.</param>
    public void Reorder(ReadOnlySpan<int> sources)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sources.Length, Shape.Sequences, nameof(sources));
        var lengths = new int[sources.Length];
        var positions = new int[sources.Length][];
        for (var target = 0; target < sources.Length; target++)
        {
            lengths[target] = _lengths[sources[target]];
            positions[target] = [.. _positions[sources[target]]];
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var index = tensor(Array.ConvertAll(sources.ToArray(), source => (long)source), device: _keys.device);
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            var (keys, values) = View(layer, 0, Shape.Sequences, Math.Max(lengths.Max(), 1));
            keys.copy_(keys.index_select(0, index));
            values.copy_(values.index_select(0, index));
        }

        lengths.CopyTo(_lengths, 0);
        positions.CopyTo(_positions, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    internal Device Device => _keys.device;

    internal ReadOnlyMemory<int> PositionMemory(int sequence) => _positions[sequence].AsMemory(0, _lengths[sequence]);

    internal void Extend(int sequence, ReadOnlySpan<int> positions)
    {
        positions.CopyTo(_positions[sequence].AsSpan(_lengths[sequence]));
        _lengths[sequence] += positions.Length;
    }

    private static void RequirePositive(CacheShape shape)
    {
        int[] sizes = [shape.Layers, shape.Sequences, shape.KeyValueHeads, shape.Capacity, shape.HeadDim];
        if (Array.Exists(sizes, size => size <= 0))
        {
            throw new ArgumentException($"every size of a cache is positive, not {shape}", nameof(shape));
        }
    }

    private static void RequireAscending(ReadOnlySpan<int> slots, int length)
    {
        var last = -1;
        foreach (var slot in slots)
        {
            if (slot <= last || slot >= length)
            {
                throw new ArgumentException(
                    $"slot {slot} after {last} of {length} is out of range or order", nameof(slots));
            }

            last = slot;
        }
    }
}
