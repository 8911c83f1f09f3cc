using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>The attention of one path.</summary>
/// <typeparam name="T">The type of keys and values.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="TPath">Its operations.</typeparam>
/// <param name="shape">The sizes.</param>
internal sealed unsafe partial class PathCache<T, TVector, TPath>(CacheShape shape) : TypedCache<T>(shape)
    where T : unmanaged
    where TVector : struct
    where TPath : struct, IVectorPath<TVector>
{
    private const int SlotsAhead = 32;      // by which values are read ahead; keys by a turn of the loop
    private const int LineBytes = 64;

    private readonly float _scale = (float)(1 / Math.Sqrt(shape.HeadDim));

    public override void Attend(int layer, int sequence, int head, ReadOnlySpan<QueryView> queries, float* scratch)
    {
        if (queries.Length > 1)
        {
            AttendTogether(layer, sequence, head, queries, scratch);
            return;
        }

        var shares = Shares(Keys(layer, sequence, head), KeyScales(layer, sequence, head), queries[0], scratch, out var factor);
        ScaleShares(ValueScales(layer, sequence, head), shares, queries[0].Visible);
        MixRest(Values(layer, sequence, head), shares, queries[0].Visible, 0, factor, scratch + ScoreLength);
        Keep(scratch + ScoreLength, queries[0].Output);
    }

    public override void AddShares(int layer, int sequence, int head, ReadOnlySpan<QueryView> queries, float* sums, float* scratch)
    {
        var keys = Keys(layer, sequence, head);
        var scales = KeyScales(layer, sequence, head);
        foreach (var query in queries)
        {
            var shares = Shares(keys, scales, query, scratch, out var factor);
            for (var index = 0; index < query.Visible.Together; index++)
            {
                sums[query.Visible.Start + index] += shares[index] * factor;
            }
        }
    }

    /// <summary>Computes the shares of what one query sees, one behind the other, to be multiplied by a factor.</summary>
    private float* Shares(T* keys, float* scales, QueryView query, float* scratch, out float factor)
    {
        var first = query.Visible.Start / Lanes.Count * Lanes.Count;
        Score(keys, query.Query, first, Lanes.Whole(query.Visible.End), scratch - first);
        ScaleScores(scales, scratch - first, first, Lanes.Whole(query.Visible.End));
        var shares = Gather(query.Visible, scratch - first);
        factor = Exponentiate(shares, query.Visible.Count);
        return shares;
    }

    /// <summary>Puts the scores of what is seen one behind the other.</summary>
    /// <param name="visible">What is seen.</param>
    /// <param name="raw">The score of each slot, by slot.</param>
    private static float* Gather(VisibleSlots visible, float* raw)
    {
        var shares = raw + visible.Start;
        for (var other = 0; other < visible.OtherCount; other++)
        {
            shares[visible.Together + other] = raw[visible.Others[other]];
        }

        return shares;
    }

    private static void ScaleScores(float* scales, float* raw, int first, int end)
    {
        for (var slot = first; HasScales && slot < end; slot += TPath.Count)
        {
            TPath.Store(TPath.Multiply(TPath.Load(raw + slot), TPath.Load(scales + slot)), raw + slot);
        }
    }

    private static void ScaleShares(float* scales, float* shares, VisibleSlots visible)
    {
        for (var index = 0; HasScales && index < visible.Count; index++)
        {
            shares[index] *= scales[Slot(visible, index)];
        }
    }

    private void Keep(float* result, float* output) => new Span<float>(result, Shape.HeadDim).CopyTo(new Span<float>(output, Shape.HeadDim));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(T* keys, float* query, int first, int end, float* raw)
    {
        float* last = query + Shape.HeadDim;
        var (slot, ahead) = (first, 4 * TPath.Count * Shape.HeadDim);
        for (; slot <= end - (4 * TPath.Count); slot += 4 * TPath.Count)
        {
            T* k0 = Key(keys, slot), k1 = Key(keys, slot + TPath.Count);
            T* k2 = Key(keys, slot + (2 * TPath.Count)), k3 = Key(keys, slot + (3 * TPath.Count));
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            for (var part = query; part < last; part++)
            {
                Prefetch(k0 + ahead);
                Prefetch(k1 + ahead);
                Prefetch(k2 + ahead);
                Prefetch(k3 + ahead);
                Sums<TVector, TPath>.AddFour(TPath.All(*part), Load(k0), Load(k1), Load(k2), Load(k3), ref s0, ref s1, ref s2, ref s3);
                k0 += Lanes.Count;
                k1 += Lanes.Count;
                k2 += Lanes.Count;
                k3 += Lanes.Count;
            }

            KeepFour(raw + slot, 3 * TPath.Count, s0, s1, s2, s3);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Exponentiate(float* scores, int count)
    {
        var whole = Lanes.Whole(count);
        new Span<float>(scores + count, whole - count).Fill(float.NegativeInfinity);
        var largest = Vector512.Create(float.NegativeInfinity);
        for (var at = 0; at < whole; at += Lanes.Count)
        {
            largest = Vector512.Max(largest, Vector512.Load(scores + at));
        }

        var (scale, shift) = (Vector512.Create(_scale), Vector512.Create(Lanes.Largest(largest)));
        var sum = Vector512<float>.Zero;
        for (var at = 0; at < whole; at += Lanes.Count)
        {
            var share = Lanes.Exp((Vector512.Load(scores + at) - shift) * scale);
            share.Store(scores + at);
            sum += share;
        }

        return 1 / Lanes.Sum(sum.GetLower() + sum.GetUpper());
    }

    /// <summary>Mixes what a query sees from some index on, on top of what is there, and scales the sum.</summary>
    private void MixRest(T* values, float* shares, VisibleSlots visible, int from, float factor, float* result)
    {
        var at = 0;
        for (; at <= ValueWidth - (4 * TPath.Count); at += 4 * TPath.Count)
        {
            MixOne(values + at, shares, visible, from, factor, result + at);
        }

        for (; at < ValueWidth; at += TPath.Count)
        {
            TVector sum = from == 0 ? default : TPath.Load(result + at);
            for (var index = from; index < visible.Count; index++)
            {
                sum = TPath.MultiplyAdd(TPath.All(shares[index]), Load(values + at + ((long)Slot(visible, index) * ValueWidth)), sum);
            }

            TPath.Store(TPath.Multiply(sum, TPath.All(factor)), result + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MixOne(T* values, float* shares, VisibleSlots visible, int from, float factor, float* result)
    {
        var (s0, s1, s2, s3) = StartFour(result, isFirst: from == 0);
        for (var index = from; index < visible.Count; index++)
        {
            var value = values + ((long)Slot(visible, index) * ValueWidth);
            PrefetchFour(value + (SlotsAhead * ValueWidth));
            var (w0, w1, w2, w3) = LoadFour(value);
            Sums<TVector, TPath>.AddFour(TPath.All(shares[index]), w0, w1, w2, w3, ref s0, ref s1, ref s2, ref s3);
        }

        var all = TPath.All(factor);
        KeepFour(
            result, 3 * TPath.Count, TPath.Multiply(s0, all), TPath.Multiply(s1, all), TPath.Multiply(s2, all), TPath.Multiply(s3, all));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(VisibleSlots visible, int index) =>
        index < visible.Together ? visible.Start + index : visible.Others[index - visible.Together];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* numbers)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(numbers);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchFour(T* numbers)
    {
        for (var number = 0; number < 4 * TPath.Count; number += LineBytes / sizeof(T))
        {
            Prefetch(numbers + number);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector W0, TVector W1, TVector W2, TVector W3) LoadFour(T* numbers) =>
        (Load(numbers), Load(numbers + TPath.Count), Load(numbers + (2 * TPath.Count)), Load(numbers + (3 * TPath.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(T* numbers) =>
        typeof(T) == typeof(float) ? TPath.Load((float*)numbers) : typeof(T) == typeof(ushort) ? TPath.Load((ushort*)numbers) : TPath.Load((sbyte*)numbers);
}
