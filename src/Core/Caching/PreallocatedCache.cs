using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Caching;

/// <summary>Keys and values of several sequences in memory that is taken once.</summary>
/// <remarks>
/// Every change works in place. Slots beyond a sequence's length hold old but finite numbers, which a masked
/// softmax needs: nothing times not-a-number is not a number. All layers and heads of a sequence hold the same
/// tokens until they are compressed.
/// </remarks>
public sealed class PreallocatedCache : ISlots, IDisposable
{
    private readonly LayerGroup[] _groups;

    /// <summary>Takes the memory.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="device">Where the keys and values lie.</param>
    /// <param name="type">Their element type.</param>
    /// <exception cref="ArgumentException">A size is not positive.</exception>
    public PreallocatedCache(CacheShape shape, ComputeDevice device, ScalarType type)
    {
        RequirePositive(shape);
        Shape = shape;
        _groups = shape.LayerCapacities is null
            ? [new LayerGroup(shape, 0, shape.Layers, device.Torch, type)]
            : [.. Enumerable.Range(0, shape.Layers).Select(layer => new LayerGroup(shape, layer, 1, device.Torch, type))];
        Lengths = _groups.Length == 1 ? _groups[0].Lengths : new LongestLengths(_groups);
    }

    /// <summary>Gets the sizes.</summary>
    public CacheShape Shape { get; }

    /// <summary>Gets how many slots each sequence fills, in the layer where it fills most.</summary>
    public IReadOnlyList<int> Lengths { get; }

    int ISlots.Sequences => Shape.Sequences;

    int ISlots.Capacity => Shape.Capacity;

    /// <summary>Gets the memory that the keys and values take, in bytes, filled or not.</summary>
    public long Bytes => Shape.Elements * ElementSize;

    /// <summary>Gets the part of <see cref="Bytes"/> that filled slots take.</summary>
    public long FilledBytes =>
        Shape.ElementsPerLayerSlot * ElementSize * _groups.Sum(group => group.Count * group.Lengths.Sum(length => (long)length));

    /// <summary>Returns the positions of a sequence's tokens, slot by slot; not for a compressed sequence.</summary>
    public ReadOnlySpan<int> Positions(int sequence) => _groups[0].Positions(sequence);

    /// <summary>Returns the position of the next token: that of the sequence's latest plus one, or 0 where there was none.</summary>
    public int NextPosition(int sequence) => _groups[0].NextPosition(sequence);

    /// <summary>Returns how many tokens a sequence can still take in.</summary>
    public int Room(int sequence) => _groups.Min(group => group.Capacity - group.Lengths[sequence]);

    /// <summary>Prepares to take in new tokens; nothing changes before <see cref="CacheStep.Commit"/>.</summary>
    /// <param name="rows">New tokens, at most one row per sequence, ordered by sequence.</param>
    /// <param name="window">How many positions back a token sees; null means all.</param>
    /// <param name="isRowwise">Whether attention works on each token by itself: the step then lists slots and has no runs.</param>
    /// <exception cref="ArgumentException">The rows are not in order, or a sequence would overflow.</exception>
    public CacheStep Begin(IReadOnlyList<CacheRow> rows, int? window = null, bool isRowwise = false) => new(_groups, rows, window, isRowwise);

    /// <summary>Returns a view of what one layer holds of some neighbouring sequences.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="first">The first sequence.</param>
    /// <param name="count">How many sequences.</param>
    /// <param name="slots">How many slots, from the first on.</param>
    /// <returns>Keys and values, <c>[count, kvHeads, slots, headDim]</c>, in the cache's own memory.</returns>
    public (Tensor Keys, Tensor Values) View(int layer, int first, int count, int slots) =>
        Group(layer).View(layer, first, count, slots);

    /// <summary>Forgets the latest tokens of one sequence.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="length">
    /// How many slots are left, in the layer that fills most: 0, or no fewer than were left by the last compression.
    /// </param>
    public void Truncate(int sequence, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Lengths[sequence]);
        var forgotten = Lengths[sequence] - length;
        var left = Array.ConvertAll(_groups, group => length == 0 ? 0 : group.Lengths[sequence] - forgotten);
        for (var group = 0; length > 0 && group < left.Length; group++)
        {
            _groups[group].RequireWhole(sequence, left[group]);
        }

        for (var group = 0; group < left.Length; group++)
        {
            _groups[group].Truncate(sequence, left[group]);
        }
    }

    /// <summary>Keeps some slots of one sequence, closes the gaps and forgets the others.</summary>
    /// <param name="sequence">Which sequence; not one that was compressed.</param>
    /// <param name="slots">Slots to keep, ascending. The kept tokens keep their positions.</param>
    public void Retain(int sequence, ReadOnlySpan<int> slots)
    {
        ISlots.RequireAscending(slots, Lengths[sequence]);
        if (Array.Exists(_groups, group => group.Chosen(sequence) > 0))
        {
            throw new InvalidOperationException($"sequence {sequence} was compressed: its heads hold different tokens");
        }

        foreach (var group in _groups)
        {
            group.Retain(sequence, slots);
        }
    }

    /// <summary>Replaces what one sequence holds by a copy of what another holds.</summary>
    public void Copy(int source, int target)
    {
        if (source == target)
        {
            return;
        }

        foreach (var group in _groups)
        {
            group.Copy(source, target);
        }
    }

    /// <summary>Makes each sequence hold what another held: the surviving beams or samples of a batch.</summary>
    /// <param name="sources">For each sequence, whose content it takes; a sequence may be taken more than once.</param>
    public void Reorder(ReadOnlySpan<int> sources)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sources.Length, Shape.Sequences, nameof(sources));
        foreach (var group in _groups)
        {
            group.Reorder(sources);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var group in _groups)
        {
            group.Dispose();
        }
    }

    internal Device Device => _groups[0].Keys.device;

    internal IReadOnlyList<LayerGroup> Groups => _groups;

    internal long ElementSize => _groups[0].Keys.ElementSize;

    internal LayerGroup Group(int layer) => _groups.Length == 1 ? _groups[0] : Array.Find(_groups, group => group.Has(layer))!;

    private static void RequirePositive(CacheShape shape)
    {
        int[] sizes =
        [
            shape.Layers, shape.Sequences, shape.KeyValueHeads, shape.Capacity, shape.HeadDim, .. shape.LayerCapacities ?? [],
        ];
        if (Array.Exists(sizes, size => size <= 0))
        {
            throw new ArgumentException($"every size of a cache is positive, not {shape}", nameof(shape));
        }
    }
}
