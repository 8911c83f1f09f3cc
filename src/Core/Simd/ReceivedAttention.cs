using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>How much attention each cached key has received since it came, added up over queries and the heads of its group.</summary>
internal sealed unsafe class ReceivedAttention : IDisposable
{
    private readonly CacheShape _shape;
    private readonly NativeBuffer<float>[] _sums;   // a layer: [sequences, kvHeads, slots], zero beyond what is filled

    /// <summary>Takes the memory.</summary>
    public ReceivedAttention(CacheShape shape)
    {
        _shape = shape;
        _sums = [.. Enumerable.Range(0, shape.Layers)
            .Select(layer => new NativeBuffer<float>((long)shape.Sequences * shape.KeyValueHeads * shape.CapacityOf(layer)))];
    }

    /// <summary>Gets the memory taken, in bytes.</summary>
    public long Bytes => _sums.Sum(layer => layer.Count * sizeof(float));

    /// <summary>Returns what the keys of a head received, by slot.</summary>
    public float* Of(int layer, int sequence, int head) => _sums[layer].Pointer + Start(layer, sequence, head);

    /// <summary>Moves what kept slots received together and forgets the others.</summary>
    public void Keep(int layer, int sequence, int head, ReadOnlySpan<long> slots)
    {
        var own = Head(layer, sequence, head);
        for (var to = 0; to < slots.Length; to++)
        {
            own[to] = own[(int)slots[to]];
        }

        own[slots.Length..].Clear();
    }

    /// <summary>Forgets what lies beyond what a layer fills.</summary>
    public void Truncate(int layer, int sequence, int filled)
    {
        for (var head = 0; head < _shape.KeyValueHeads; head++)
        {
            Head(layer, sequence, head)[filled..].Clear();
        }
    }

    /// <summary>Follows a copy of a sequence.</summary>
    public void Copy(int source, int target)
    {
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            for (var head = 0; head < _shape.KeyValueHeads; head++)
            {
                Head(layer, source, head).CopyTo(Head(layer, target, head));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_sums, layer => layer.Dispose());

    private Span<float> Head(int layer, int sequence, int head) => _sums[layer].Slice(Start(layer, sequence, head), _shape.CapacityOf(layer));

    private long Start(int layer, int sequence, int head) => (((long)sequence * _shape.KeyValueHeads) + head) * _shape.CapacityOf(layer);
}
