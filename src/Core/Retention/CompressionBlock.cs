using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>Sequences that are compressed together, for they fill the same slots: indices that all layers of a group share.</summary>
internal sealed class CompressionBlock
{
    private readonly LayerGroup _layers;
    private readonly Tensor _base;          // where a head's slots begin in a layer, [rows, kvHeads, 1]
    private readonly Tensor _targets;       // where the kept slots go in a layer, [rows · kvHeads · budget]
    private readonly bool _isContiguous;

    /// <summary>Prepares the indices; they live in the caller's scope.</summary>
    public CompressionBlock(LayerGroup layers, int[] sequences, int budget, HostTransfer transfer)
    {
        (_layers, Sequences, Budget) = (layers, sequences, budget);
        (Length, Chosen) = (layers.Lengths[sequences[0]], layers.Chosen(sequences[0]));
        _isContiguous = sequences[^1] - sequences[0] == sequences.Length - 1;
        var (heads, capacity) = (layers.Keys.shape[2], layers.Capacity);
        Index = transfer.ToDevice(tensor(Array.ConvertAll(sequences, sequence => (long)sequence)));
        _base = Index.view(-1, 1, 1).mul(heads).add(arange(heads, device: Index.device).view(1, -1, 1)).mul_(capacity);
        _targets = _base.add(arange(budget, device: Index.device)).flatten();
        var tails = sequences.SelectMany(sequence => layers.Positions(sequence)[Chosen..].ToArray()).Select(position => (long)position);
        Tail = transfer.ToDevice(tensor(tails.ToArray(), [sequences.Length, 1, Length - Chosen]));
        Seen = transfer.ToDevice(tensor(
            Array.ConvertAll(sequences, sequence => (long)layers.NextPosition(sequence)), [sequences.Length, 1, 1]));
    }

    public int[] Sequences { get; }

    public int Budget { get; }

    /// <summary>Gets how many slots each of the sequences fills.</summary>
    public int Length { get; }

    /// <summary>Gets how many of these were chosen by an earlier compression.</summary>
    public int Chosen { get; }

    public Tensor Index { get; }    // [rows]

    public Tensor Tail { get; }     // positions behind the chosen ones, [rows, 1, length - chosen]

    public Tensor Seen { get; }     // [rows, 1, 1]

    /// <summary>Returns the filled slots of a layer.</summary>
    /// <returns>Keys and values, <c>[rows, kvHeads, length, headDim]</c>.</returns>
    public (Tensor Keys, Tensor Values) Read(int layer)
    {
        if (_isContiguous)
        {
            return _layers.View(layer, Sequences[0], Sequences.Length, Length);
        }

        using var scope = NewDisposeScope();
        var (keys, values) = _layers.View(layer, 0, (int)_layers.Keys.shape[1], Length);
        return (keys.index_select(0, Index).MoveToOuterDisposeScope(), values.index_select(0, Index).MoveToOuterDisposeScope());
    }

    /// <summary>Returns the same slots of a tensor that has one number a slot.</summary>
    /// <param name="all">Numbers, <c>[sequences, kvHeads, capacity]</c>.</param>
    public Tensor Read(Tensor all)
    {
        using var scope = NewDisposeScope();
        return all.index_select(0, Index).narrow(2, 0, Length).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the kept slots of a layer together, head by head.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="kept">Slots, ascending, <c>[rows, kvHeads, budget]</c>.</param>
    public void Compact(int layer, Tensor kept)
    {
        using var scope = NewDisposeScope();
        var sources = _base.add(kept).flatten();
        foreach (var all in new[] { _layers.Keys, _layers.Values })
        {
            var flat = all.select(0, layer - _layers.First).view(-1, all.shape[^1]);
            flat.index_copy_(0, _targets, flat.index_select(0, sources));
        }
    }

    /// <summary>Does the same to a tensor that has one number a slot, and zeroes what is free now.</summary>
    public void Compact(Tensor all, Tensor kept)
    {
        using var scope = NewDisposeScope();
        var flat = all.view(-1);
        flat.index_copy_(0, _targets, flat.index_select(0, _base.add(kept).flatten()));
        flat.index_fill_(0, _base.add(arange(Budget, Length, device: Index.device)).flatten(), 0);
    }
}
