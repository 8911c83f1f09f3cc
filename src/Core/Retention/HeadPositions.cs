using LlmEfficiency.Core.Caching;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>The positions of the tokens that the heads of compressed sequences kept.</summary>
internal sealed class HeadPositions : IDisposable
{
    private readonly Tensor[] _positions;   // a layer: [sequences, kvHeads, budget], 32-bit

    public HeadPositions(CacheShape shape, Func<int, int> budget, Device device) => _positions =
    [
        .. Enumerable.Range(0, shape.Layers).Select(layer => zeros(
            [shape.Sequences, shape.KeyValueHeads, budget(layer)], dtype: ScalarType.Int32, device: device)
            .DetachFromDisposeScope()),
    ];

    public long Bytes => _positions.Sum(layer => layer.numel() * layer.ElementSize);

    /// <summary>Returns all positions of some sequences: those kept before and those that came since.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequences">Which sequences, <c>[rows]</c>.</param>
    /// <param name="chosen">How many were kept.</param>
    /// <param name="tail">The positions that came since, <c>[rows, 1, tail]</c>, 64-bit.</param>
    /// <returns>Positions, <c>[rows, kvHeads, chosen + tail]</c>, 64-bit.</returns>
    public Tensor Read(int layer, Tensor sequences, int chosen, Tensor tail)
    {
        using var scope = NewDisposeScope();
        var heads = _positions[layer].shape[1];
        var since = tail.expand(-1, heads, -1);
        return chosen == 0
            ? since.MoveToOuterDisposeScope()
            : cat([_positions[layer].index_select(0, sequences).to(ScalarType.Int64), since], -1).MoveToOuterDisposeScope();
    }

    public void Write(int layer, Tensor sequences, Tensor kept)
    {
        using var scope = NewDisposeScope();
        _positions[layer].index_copy_(0, sequences, kept.to(ScalarType.Int32));
    }

    public void Copy(int source, int target)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var layer in _positions)
        {
            layer.select(0, target).copy_(layer.select(0, source));
        }
    }

    public void Dispose()
    {
        foreach (var layer in _positions)
        {
            layer.Dispose();
        }
    }
}
