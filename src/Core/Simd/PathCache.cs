using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>The attention of one path.</summary>
/// <typeparam name="T">The type of keys and values.</typeparam>
/// <typeparam name="TElement">How it is rounded.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="TPath">Its operations.</typeparam>
/// <param name="shape">The sizes.</param>
internal sealed unsafe class PathCache<T, TElement, TVector, TPath>(CacheShape shape) : TypedCache<T, TElement>(shape)
    where T : unmanaged
    where TElement : IElement<T>
    where TVector : struct
    where TPath : struct, IVectorPath<TVector>
{
    private readonly float _scale = (float)(1 / Math.Sqrt(shape.HeadDim));

    public override void Attend(int layer, int sequence, int head, float* query, VisibleSlots visible, float* output, float* scratch)
    {
        var result = scratch;
        var first = visible.Start / Lanes.Count * Lanes.Count;
        var raw = scratch + ValueWidth - first;                                     // the score of a slot is raw[slot]
        Score(Keys(layer, sequence, head), query, first, Lanes.Whole(visible.End), raw);
        var shares = raw + visible.Start;
        for (var other = 0; other < visible.OtherCount; other++)
        {
            shares[visible.Together + other] = raw[visible.Others[other]];
        }

        var factor = Exponentiate(shares, visible.Count);
        Mix(Values(layer, sequence, head), shares, visible, factor, result);
        new Span<float>(result, Shape.HeadDim).CopyTo(new Span<float>(output, Shape.HeadDim));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(T* keys, float* query, int first, int end, float* raw)
    {
        float* last = query + Shape.HeadDim;
        var slot = first;
        for (; slot <= end - (4 * TPath.Count); slot += 4 * TPath.Count)
        {
            T* k0 = Key(keys, slot), k1 = Key(keys, slot + TPath.Count);
            T* k2 = Key(keys, slot + (2 * TPath.Count)), k3 = Key(keys, slot + (3 * TPath.Count));
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            for (var part = query; part < last; part++)
            {
                var q = TPath.All(*part);
                s0 = TPath.MultiplyAdd(q, Load(k0), s0);
                s1 = TPath.MultiplyAdd(q, Load(k1), s1);
                s2 = TPath.MultiplyAdd(q, Load(k2), s2);
                s3 = TPath.MultiplyAdd(q, Load(k3), s3);
                k0 += Lanes.Count;
                k1 += Lanes.Count;
                k2 += Lanes.Count;
                k3 += Lanes.Count;
            }

            TPath.Store(s0, raw + slot);
            TPath.Store(s1, raw + slot + TPath.Count);
            TPath.Store(s2, raw + slot + (2 * TPath.Count));
            TPath.Store(s3, raw + slot + (3 * TPath.Count));
        }

        for (; slot < end; slot += TPath.Count)
        {
            TVector sum = default;
            var key = Key(keys, slot);
            for (var part = query; part < last; part++, key += Lanes.Count)
            {
                sum = TPath.MultiplyAdd(TPath.All(*part), Load(key), sum);
            }

            TPath.Store(sum, raw + slot);
        }
    }

    /// <summary>Replaces scores by their exponentials and returns one over their sum.</summary>
    private float Exponentiate(float* scores, int count)
    {
        var whole = Lanes.Whole(count);
        new Span<float>(scores + count, whole - count).Fill(float.NegativeInfinity);
        var largest = Vector512.Create(float.NegativeInfinity);
        for (var at = 0; at < whole; at += Lanes.Count)
        {
            largest = Vector512.Max(largest, Vector512.Load(scores + at));
        }

        var top = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            top = MathF.Max(top, largest[lane]);
        }

        var (scale, shift) = (Vector512.Create(_scale), Vector512.Create(top));
        var sum = 0f;
        for (var at = 0; at < whole; at += Lanes.Count)
        {
            var share = Lanes.Exp((Vector512.Load(scores + at) - shift) * scale);
            share.Store(scores + at);
            sum += Lanes.Sum(share.GetLower() + share.GetUpper());
        }

        return 1 / sum;
    }

    private void Mix(T* values, float* shares, VisibleSlots visible, float factor, float* result)
    {
        var at = 0;
        for (; at <= ValueWidth - (4 * TPath.Count); at += 4 * TPath.Count)
        {
            MixFour(values + at, shares, visible, factor, result + at);
        }

        for (; at < ValueWidth; at += TPath.Count)
        {
            TVector sum = default;
            for (var index = 0; index < visible.Count; index++)
            {
                sum = TPath.MultiplyAdd(TPath.All(shares[index]), Load(values + at + ((long)Slot(visible, index) * ValueWidth)), sum);
            }

            TPath.Store(TPath.Multiply(sum, TPath.All(factor)), result + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MixFour(T* values, float* shares, VisibleSlots visible, float factor, float* result)
    {
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        for (var index = 0; index < visible.Count; index++)
        {
            var share = TPath.All(shares[index]);
            var value = values + ((long)Slot(visible, index) * ValueWidth);
            s0 = TPath.MultiplyAdd(share, Load(value), s0);
            s1 = TPath.MultiplyAdd(share, Load(value + TPath.Count), s1);
            s2 = TPath.MultiplyAdd(share, Load(value + (2 * TPath.Count)), s2);
            s3 = TPath.MultiplyAdd(share, Load(value + (3 * TPath.Count)), s3);
        }

        var all = TPath.All(factor);
        TPath.Store(TPath.Multiply(s0, all), result);
        TPath.Store(TPath.Multiply(s1, all), result + TPath.Count);
        TPath.Store(TPath.Multiply(s2, all), result + (2 * TPath.Count));
        TPath.Store(TPath.Multiply(s3, all), result + (3 * TPath.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(VisibleSlots visible, int index) =>
        index < visible.Together ? visible.Start + index : visible.Others[index - visible.Together];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(T* numbers) => typeof(T) == typeof(float) ? TPath.Load((float*)numbers) : TPath.Load((ushort*)numbers);
}
