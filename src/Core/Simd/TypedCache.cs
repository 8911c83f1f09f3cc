using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Where keys and values lie.</summary>
/// <typeparam name="T">Their type: single, ushort for bf16, or sbyte, which has scales.</typeparam>
internal abstract unsafe class TypedCache<T> : SimdCache
    where T : unmanaged
{
    private readonly NativeBuffer<T> _keys;         // [layers, sequences, kvHeads, blocks, headDim, 16]
    private readonly NativeBuffer<T> _values;       // [layers, sequences, kvHeads, slots, headDim in whole vectors]
    private readonly NativeBuffer<float> _keyScales;    // [layers, sequences, kvHeads, slots]; bytes alone have them
    private readonly NativeBuffer<float> _valueScales;  // the same
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
        _keyScales = new NativeBuffer<float>(HasScales ? heads * _slots : 0);
        _valueScales = new NativeBuffer<float>(HasScales ? heads * _slots : 0);
    }

    /// <summary>Gets whether a key and a value have a scale.</summary>
    protected static bool HasScales => typeof(T) == typeof(sbyte);

    /// <summary>Gets the distance of two values.</summary>
    protected int ValueWidth { get; }

    /// <summary>Takes the memory for the kernels of a path.</summary>
    public static TypedCache<T> For(CacheShape shape, SimdPath path) => path switch
    {
        SimdPath.Avx512 => new PathCache<T, Vector512<float>, Path512>(shape),
        SimdPath.Avx2 => new PathCache<T, Vector256<float>, Path256>(shape),
        _ => new PathCache<T, Vector128<float>, Path128>(shape),
    };

    /// <inheritdoc/>
    public override void Write(int layer, int sequence, int slot, float* keys, float* values)
    {
        var width = Shape.HeadDim;
        for (var head = 0; head < Shape.KeyValueHeads; head++, keys += width, values += width)
        {
            var key = Key(Keys(layer, sequence, head), slot);
            var value = Values(layer, sequence, head) + ((long)slot * ValueWidth);
            var (keyInverse, valueInverse) = (1f, 1f);
            if (HasScales)
            {
                KeyScales(layer, sequence, head)[slot] = Scale(keys, width, out keyInverse);
                ValueScales(layer, sequence, head)[slot] = Scale(values, width, out valueInverse);
            }

            for (var at = 0; at < width; at++)
            {
                Put(key + (at * Lanes.Count), keys[at] * keyInverse);
                Put(value + at, values[at] * valueInverse);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        _keyScales.Dispose();
        _valueScales.Dispose();
    }

    /// <summary>Returns the keys of a head.</summary>
    protected T* Keys(int layer, int sequence, int head) => _keys.Pointer + (Head(layer, sequence, head) * _slots * Shape.HeadDim);

    /// <summary>Returns the values of a head.</summary>
    protected T* Values(int layer, int sequence, int head) => _values.Pointer + (Head(layer, sequence, head) * _slots * ValueWidth);

    /// <summary>Returns the scales of a head's keys.</summary>
    protected float* KeyScales(int layer, int sequence, int head) => _keyScales.Pointer + (Head(layer, sequence, head) * _slots);

    /// <summary>Returns the scales of a head's values.</summary>
    protected float* ValueScales(int layer, int sequence, int head) => _valueScales.Pointer + (Head(layer, sequence, head) * _slots);

    /// <summary>Returns where the first component of a key lies; each further one lies sixteen behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected T* Key(T* keys, int slot) => keys + ((long)(slot / Lanes.Count) * Lanes.Count * Shape.HeadDim) + (slot % Lanes.Count);

    /// <inheritdoc/>
    protected override void Move(int sequence, int from, int to)
    {
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            for (var head = 0; head < Shape.KeyValueHeads; head++)
            {
                var keys = Keys(layer, sequence, head);
                T* source = Key(keys, from), target = Key(keys, to);
                for (var at = 0; at < Shape.HeadDim; at++)
                {
                    target[at * Lanes.Count] = source[at * Lanes.Count];
                }

                var values = Values(layer, sequence, head);
                CopyMemory(values + ((long)from * ValueWidth), values + ((long)to * ValueWidth), ValueWidth);
                if (HasScales)
                {
                    KeyScales(layer, sequence, head)[to] = KeyScales(layer, sequence, head)[from];
                    ValueScales(layer, sequence, head)[to] = ValueScales(layer, sequence, head)[from];
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void CopyNumbers(int source, int target, int length)
    {
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            for (var head = 0; head < Shape.KeyValueHeads; head++)
            {
                CopyMemory(Keys(layer, source, head), Keys(layer, target, head), (long)Lanes.Whole(length) * Shape.HeadDim);
                CopyMemory(Values(layer, source, head), Values(layer, target, head), (long)length * ValueWidth);
                if (HasScales)
                {
                    CopyMemory(KeyScales(layer, source, head), KeyScales(layer, target, head), length);
                    CopyMemory(ValueScales(layer, source, head), ValueScales(layer, target, head), length);
                }
            }
        }
    }

    private static void CopyMemory<TNumber>(TNumber* source, TNumber* target, long count)
        where TNumber : unmanaged => Buffer.MemoryCopy(source, target, count * sizeof(TNumber), count * sizeof(TNumber));

    private static void Put(T* target, float number)
    {
        if (typeof(T) == typeof(float))
        {
            *(float*)target = number;
        }
        else if (typeof(T) == typeof(ushort))
        {
            *(ushort*)target = Bf16.Round(number);
        }
        else
        {
            *(sbyte*)target = (sbyte)MathF.Round(number);
        }
    }

    /// <summary>Returns what a byte of 127 stands for where it is the largest of some numbers.</summary>
    private static float Scale(float* numbers, int count, out float inverse)
    {
        var largest = 0f;
        for (var at = 0; at < count; at++)
        {
            largest = MathF.Max(largest, MathF.Abs(numbers[at]));
        }

        inverse = largest == 0 ? 0 : 127 / largest;
        return largest / 127;
    }

    private long Head(int layer, int sequence, int head) => ((((long)layer * Shape.Sequences) + sequence) * Shape.KeyValueHeads) + head;
}
