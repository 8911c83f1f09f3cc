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
    private readonly int[] _slots;          // of each layer, in whole blocks
    private readonly long[] _starts;        // where each layer's slots begin, and all end

    /// <summary>Takes the memory.</summary>
    protected TypedCache(CacheShape shape)
        : base(shape)
    {
        _slots = [.. Enumerable.Range(0, shape.Layers).Select(layer => Lanes.Whole(shape.CapacityOf(layer)))];
        _starts = new long[shape.Layers + 1];
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            _starts[layer + 1] = _starts[layer] + ((long)shape.Sequences * shape.KeyValueHeads * _slots[layer]);
        }

        ValueWidth = Lanes.Whole(shape.HeadDim);
        _keys = new NativeBuffer<T>(_starts[^1] * shape.HeadDim, isZero: false);
        _values = new NativeBuffer<T>(_starts[^1] * ValueWidth, isZero: false);
        _keyScales = new NativeBuffer<float>(HasScales ? _starts[^1] : 0, isZero: false);
        _valueScales = new NativeBuffer<float>(HasScales ? _starts[^1] : 0, isZero: false);
    }

    /// <inheritdoc/>
    public override long Bytes => ((_keys.Count + _values.Count) * sizeof(T)) + ((_keyScales.Count + _valueScales.Count) * sizeof(float));

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
    public override void ReadKeys(int layer, int sequence, int head, int count, float* target)
    {
        var keys = Keys(layer, sequence, head);
        var scales = KeyScales(layer, sequence, head);
        for (var slot = 0; slot < count; slot++)
        {
            var key = Key(keys, slot);
            var scale = HasScales ? scales[slot] : 1;
            for (var at = 0; at < Shape.HeadDim; at++)
            {
                *target++ = Get(key + (at * Lanes.Count)) * scale;
            }
        }
    }

    /// <inheritdoc/>
    public override void Move(int layer, int sequence, int head, int from, int to)
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

    /// <inheritdoc/>
    public override void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        _keyScales.Dispose();
        _valueScales.Dispose();
    }

    /// <summary>Returns the keys of a head.</summary>
    protected T* Keys(int layer, int sequence, int head) => _keys.Pointer + (FirstSlot(layer, sequence, head) * Shape.HeadDim);

    /// <summary>Returns the values of a head.</summary>
    protected T* Values(int layer, int sequence, int head) => _values.Pointer + (FirstSlot(layer, sequence, head) * ValueWidth);

    /// <summary>Returns the scales of a head's keys.</summary>
    protected float* KeyScales(int layer, int sequence, int head) => _keyScales.Pointer + FirstSlot(layer, sequence, head);

    /// <summary>Returns the scales of a head's values.</summary>
    protected float* ValueScales(int layer, int sequence, int head) => _valueScales.Pointer + FirstSlot(layer, sequence, head);

    /// <summary>Returns where the first component of a key lies; each further one lies sixteen behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected T* Key(T* keys, int slot) => keys + ((long)(slot / Lanes.Count) * Lanes.Count * Shape.HeadDim) + (slot % Lanes.Count);

    /// <inheritdoc/>
    protected override void CopyNumbers(int source, int target, int length)
    {
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            for (var head = 0; head < Shape.KeyValueHeads; head++)
            {
                var count = Math.Min(length, _slots[layer]);        // the longest layer may fill more than this one has
                CopyMemory(Keys(layer, source, head), Keys(layer, target, head), (long)Lanes.Whole(count) * Shape.HeadDim);
                CopyMemory(Values(layer, source, head), Values(layer, target, head), (long)count * ValueWidth);
                if (HasScales)
                {
                    CopyMemory(KeyScales(layer, source, head), KeyScales(layer, target, head), count);
                    CopyMemory(ValueScales(layer, source, head), ValueScales(layer, target, head), count);
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

    private static float Get(T* source) => typeof(T) == typeof(float) ? *(float*)source
        : typeof(T) == typeof(ushort) ? Bf16.Get(*(ushort*)source)
        : *(sbyte*)source;

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

    private long FirstSlot(int layer, int sequence, int head) => _starts[layer] + ((((long)sequence * Shape.KeyValueHeads) + head) * _slots[layer]);
}
