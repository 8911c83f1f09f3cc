using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>The positions of the tokens that the heads of compressed sequences kept.</summary>
internal sealed class HeadPositions : IDisposable
{
    private readonly (LayerGroup Group, Tensor Kept)[] _positions;  // a group: [layers, sequences, kvHeads, budget], 32-bit

    public HeadPositions(IReadOnlyList<LayerGroup> groups, Func<int, int> budget) => _positions =
    [
        .. groups.Select(group => (group, zeros(
            [group.Count, group.Keys.shape[1], group.Keys.shape[2], budget(group.First)], dtype: ScalarType.Int32, device: group.Keys.device)
            .DetachFromDisposeScope())),
    ];

    public long Bytes => _positions.Sum(pair => pair.Kept.numel() * pair.Kept.ElementSize);

    /// <summary>Returns all positions of a block: those kept before and those that came since.</summary>
    /// <returns>Positions, <c>[rows, kvHeads, length]</c>, 64-bit.</returns>
    public Tensor Read(CompressionBlock block, HostTransfer transfer)
    {
        using var scope = NewDisposeScope();
        var kept = Of(block);
        var since = block.Tail(transfer).expand(-1, kept.shape[2], -1);
        return block.Chosen == 0
            ? since.MoveToOuterDisposeScope()
            : cat([kept.index_select(1, block.Index).flatten(0, 1).to(ScalarType.Int64), since], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Notes what a block keeps, <c>[rows, kvHeads, budget]</c>.</summary>
    public void Write(CompressionBlock block, Tensor kept)
    {
        using var scope = NewDisposeScope();
        var all = Of(block);
        all.index_copy_(1, block.Index, kept.to(ScalarType.Int32).view(all.shape[0], -1, all.shape[2], all.shape[3]));
    }

    public void Copy(int source, int target)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (_, kept) in _positions)
        {
            kept.select(1, target).copy_(kept.select(1, source));
        }
    }

    public void Dispose()
    {
        foreach (var (_, kept) in _positions)
        {
            kept.Dispose();
        }
    }

    private Tensor Of(CompressionBlock block)
    {
        var (group, kept) = Array.Find(_positions, pair => pair.Group.Has(block.Layers.First));
        return kept.narrow(0, block.Layers.First - group.First, block.Layers.Count);
    }
}
