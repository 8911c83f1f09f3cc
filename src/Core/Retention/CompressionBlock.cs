using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>
/// Neighbouring layers of sequences that are compressed together, for they fill the same slots. A row is a sequence in a layer, all
/// sequences of the first layer coming first.
/// </summary>
internal sealed class CompressionBlock
{
    private readonly LayerGroup _group;
    private readonly int _first;            // the block's first layer, counted in the group
    private readonly Tensor _base;          // where a head's slots begin in the group, [rows, kvHeads, 1]
    private readonly Tensor _targets;       // where the kept slots go in the group, [rows · kvHeads · budget]
    private readonly Tensor _free;          // the slots behind them that were filled, [rows · kvHeads · (length - budget)]
    private readonly bool _isContiguous;

    /// <summary>Prepares the indices; they live in the caller's scope.</summary>
    /// <param name="group">Layers that are filled alike.</param>
    /// <param name="layers">The first of them, and how many.</param>
    /// <param name="sequences">Which sequences, ascending.</param>
    /// <param name="budget">How many slots are kept.</param>
    /// <param name="transfer">The way to the cache's device.</param>
    public CompressionBlock(LayerGroup group, (int First, int Count) layers, int[] sequences, int budget, HostTransfer transfer)
    {
        (_group, _first, Layers, Sequences, Budget) = (group, layers.First - group.First, layers, sequences, budget);
        (Length, Chosen) = (group.Lengths[sequences[0]], group.Chosen(sequences[0]));
        _isContiguous = sequences[^1] - sequences[0] == sequences.Length - 1;
        var (all, heads) = (group.Keys.shape[1], (int)group.Keys.shape[2]);
        Index = transfer.ToDevice(tensor(Array.ConvertAll(sequences, sequence => (long)sequence)));
        Layer = OfRow((layer, _) => layer, transfer);
        var starts = new long[layers.Count * sequences.Length * heads];
        for (var i = 0; i < starts.Length; i++)
        {
            var (row, head) = (i / heads, i % heads);
            var (layer, sequence) = (_first + (row / sequences.Length), sequences[row % sequences.Length]);
            starts[i] = ((((layer * all) + sequence) * heads) + head) * group.Capacity;
        }

        _base = transfer.ToDevice(tensor(starts, [starts.Length / heads, heads, 1]));
        _targets = transfer.ToDevice(tensor(Slots(starts, 0, budget)));
        _free = transfer.ToDevice(tensor(Slots(starts, budget, Length)));
    }

    /// <summary>Gets the first layer and how many there are.</summary>
    public (int First, int Count) Layers { get; }

    public int[] Sequences { get; }

    public int Budget { get; }

    /// <summary>Gets how many slots each of the sequences fills.</summary>
    public int Length { get; }

    /// <summary>Gets how many of these were chosen by an earlier compression.</summary>
    public int Chosen { get; }

    public Tensor Index { get; }    // [sequences]

    public Tensor Layer { get; }    // [rows, 1, 1]

    /// <summary>Makes a number for each row, <c>[rows, 1, 1]</c>, 64-bit.</summary>
    /// <param name="number">Makes it of layer and sequence.</param>
    /// <param name="transfer">The way to the device.</param>
    public Tensor OfRow(Func<int, int, long> number, HostTransfer transfer)
    {
        var numbers = new long[Layers.Count * Sequences.Length];
        for (var row = 0; row < numbers.Length; row++)
        {
            numbers[row] = number(Layers.First + (row / Sequences.Length), Sequences[row % Sequences.Length]);
        }

        return transfer.ToDevice(tensor(numbers, [numbers.Length, 1, 1]));
    }

    /// <summary>Returns the positions behind the chosen slots, <c>[rows, 1, length - chosen]</c>, 64-bit.</summary>
    public Tensor Tail(HostTransfer transfer)
    {
        using var scope = NewDisposeScope();
        var (count, width) = (Sequences.Length, Length - Chosen);
        var positions = new long[count * width];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = _group.Positions(Sequences[i / width])[Chosen + (i % width)];
        }

        return transfer.ToDevice(tensor(positions, [1, count, width])).expand(Layers.Count, count, width)
            .reshape(Layers.Count * count, 1, width).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the keys of the filled slots, <c>[rows, kvHeads, length, headDim]</c>: a view where the memory allows one.</summary>
    public Tensor ReadKeys() => Read(_group.Keys);

    /// <summary>Returns the filled slots of a tensor that is laid out as the group's keys.</summary>
    /// <param name="all">Numbers, <c>[layers, sequences, kvHeads, capacity, ...]</c>.</param>
    /// <returns>Numbers, <c>[rows, kvHeads, length, ...]</c>.</returns>
    public Tensor Read(Tensor all)
    {
        using var scope = NewDisposeScope();
        var layers = all.narrow(0, _first, Layers.Count);
        var own = _isContiguous ? layers.narrow(1, Sequences[0], Sequences.Length) : layers.index_select(1, Index);
        return own.narrow(3, 0, Length).flatten(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the kept slots together, head by head.</summary>
    /// <param name="kept">Slots, ascending, <c>[rows, kvHeads, budget]</c>.</param>
    public void Compact(Tensor kept)
    {
        using var scope = NewDisposeScope();
        var sources = _base.add(kept, Scalars.One).flatten();
        Move(_group.Keys.view(-1, _group.Keys.shape[^1]), sources);
        Move(_group.Values.view(-1, _group.Values.shape[^1]), sources);
    }

    /// <summary>Does the same to a tensor that has one number a slot, and zeroes what is free now.</summary>
    /// <param name="all">Numbers, <c>[layers, sequences, kvHeads, capacity]</c>.</param>
    /// <param name="kept">Slots, ascending, <c>[rows, kvHeads, budget]</c>.</param>
    public void Compact(Tensor all, Tensor kept)
    {
        using var scope = NewDisposeScope();
        var flat = all.view(-1);
        Move(flat, _base.add(kept, Scalars.One).flatten());
        flat.index_fill_(0, _free, Scalars.Zero);
    }

    private static long[] Slots(long[] starts, int first, int end)
    {
        var width = Math.Max(0, end - first);
        var slots = new long[starts.Length * width];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = starts[i / width] + first + (i % width);
        }

        return slots;
    }

    private void Move(Tensor flat, Tensor sources) => flat.index_copy_(0, _targets, flat.index_select(0, sources));
}
