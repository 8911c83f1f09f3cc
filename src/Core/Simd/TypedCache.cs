using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>A cache of fp32 or bf16.</summary>
/// <typeparam name="T">The type of keys and values.</typeparam>
/// <typeparam name="TElement">How it is rounded.</typeparam>
internal abstract unsafe class TypedCache<T, TElement> : SimdCache
    where T : unmanaged
    where TElement : IElement<T>
{
    private readonly NativeBuffer<T> _keys;         // [layers, sequences, kvHeads, blocks, headDim, 16]
    private readonly NativeBuffer<T> _values;       // [layers, sequences, kvHeads, slots, headDim in whole vectors]
    private readonly int _slots;

    /// <summary>Takes the memory.</summary>
    protected TypedCache(CacheShape shape)
        : base(shape)
    {
        _slots = Lanes.Whole(shape.Capacity);
        ValueWidth = Lanes.Whole(shape.HeadDim);
        var heads = (long)shape.Layers * shape.Sequences * shape.KeyValueHeads;
        _keys = new NativeBuffer<T>(heads * _slots * shape.HeadDim);
        _values = new NativeBuffer<T>(heads * _slots * ValueWidth);
    }

    /// <summary>Gets the distance of two values.</summary>
    protected int ValueWidth { get; }

    /// <summary>Takes the memory for the kernels of a path.</summary>
    public static TypedCache<T, TElement> For(CacheShape shape, SimdPath path) => path switch
    {
        SimdPath.Avx512 => new PathCache<T, TElement, Vector512<float>, Path512>(shape),
        SimdPath.Avx2 => new PathCache<T, TElement, Vector256<float>, Path256>(shape),
        _ => new PathCache<T, TElement, Vector128<float>, Path128>(shape),
    };

    /// <inheritdoc/>
    public override void Write(int layer, int sequence, int slot, float* keys, float* values)
    {
        var width = Shape.HeadDim;
        for (var head = 0; head < Shape.KeyValueHeads; head++, keys += width, values += width)
        {
            var key = Key(Keys(layer, sequence, head), slot);
            var value = Values(layer, sequence, head) + ((long)slot * ValueWidth);
            for (var at = 0; at < width; at++)
            {
                key[at * Lanes.Count] = TElement.Round(keys[at]);
                value[at] = TElement.Round(values[at]);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    /// <summary>Returns the keys of a head.</summary>
    protected T* Keys(int layer, int sequence, int head) => _keys.Pointer + (Head(layer, sequence, head) * _slots * Shape.HeadDim);

    /// <summary>Returns the values of a head.</summary>
    protected T* Values(int layer, int sequence, int head) => _values.Pointer + (Head(layer, sequence, head) * _slots * ValueWidth);

    /// <summary>Returns where the first component of a key lies; each further one lies sixteen behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected T* Key(T* keys, int slot) => keys + ((long)(slot / Lanes.Count) * Lanes.Count * Shape.HeadDim) + (slot % Lanes.Count);

    /// <inheritdoc/>
    protected override void Move(int sequence, int from, int to)
    {
        ForHeads(sequence, sequence, (keys, values, _, _) =>
        {
            T* source = Key(keys, from), target = Key(keys, to);
            for (var at = 0; at < Shape.HeadDim; at++)
            {
                target[at * Lanes.Count] = source[at * Lanes.Count];
            }

            new Span<T>(values + ((long)from * ValueWidth), ValueWidth).CopyTo(new Span<T>(values + ((long)to * ValueWidth), ValueWidth));
        });
    }

    /// <inheritdoc/>
    protected override void CopyNumbers(int source, int target, int length)
    {
        ForHeads(source, target, (keys, values, otherKeys, otherValues) =>
        {
            long keyBytes = (long)Lanes.Whole(length) * Shape.HeadDim * sizeof(T), valueBytes = (long)length * ValueWidth * sizeof(T);
            Buffer.MemoryCopy(keys, otherKeys, keyBytes, keyBytes);
            Buffer.MemoryCopy(values, otherValues, valueBytes, valueBytes);
        });
    }

    private void ForHeads(int sequence, int other, HeadAction action)
    {
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            for (var head = 0; head < Shape.KeyValueHeads; head++)
            {
                action(Keys(layer, sequence, head), Values(layer, sequence, head), Keys(layer, other, head), Values(layer, other, head));
            }
        }
    }

    private long Head(int layer, int sequence, int head) => ((((long)layer * Shape.Sequences) + sequence) * Shape.KeyValueHeads) + head;

    private delegate void HeadAction(T* keys, T* values, T* otherKeys, T* otherValues);
}
