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
internal sealed unsafe class PathCache<T, TVector, TPath>(CacheShape shape) : TypedCache<T>(shape)
    where T : unmanaged
    where TVector : struct
    where TPath : struct, IVectorPath<TVector>
{
    private const int SlotsAhead = 32;      // by which values are read ahead; keys by a turn of the loop

    private readonly float _scale = (float)(1 / Math.Sqrt(shape.HeadDim));

    public override void Attend(int layer, int sequence, int head, ReadOnlySpan<QueryView> queries, float* scratch)
    {
        T* keys = Keys(layer, sequence, head), values = Values(layer, sequence, head);
        float* keyScales = KeyScales(layer, sequence, head), valueScales = ValueScales(layer, sequence, head);
        if (queries.Length > 1)
        {
            var (first, end) = (int.MaxValue, 0);
            foreach (var query in queries)
            {
                (first, end) = (Math.Min(first, query.Visible.Start), Math.Max(end, query.Visible.End));
            }

            first = first / Lanes.Count * Lanes.Count;
            ScoreFour(keys, queries, first, Lanes.Whole(end), scratch - first);
            for (var index = 0; index < queries.Length; index++)
            {
                ScaleScores(keyScales, scratch + (index * ScoreLength) - first, first, Lanes.Whole(end));
            }

            MixTogether(values, valueScales, queries, first, scratch);
            return;
        }

        foreach (var query in queries)
        {
            var shares = Shares(keys, keyScales, query, scratch, out var factor);
            ScaleShares(valueScales, shares, query.Visible);
            MixRest(values, shares, query.Visible, 0, factor, scratch + ScoreLength);
            Keep(scratch + ScoreLength, query.Output);
        }
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

    /// <summary>Mixes the values that queries see alike at once, and the others of each by itself.</summary>
    private void MixTogether(T* values, float* scales, ReadOnlySpan<QueryView> queries, int first, float* scratch)
    {
        var factors = stackalloc float[AttentionTile.Most];
        var (start, alike) = (queries[0].Visible.Start, int.MaxValue);
        for (var index = 0; index < queries.Length; index++)
        {
            var visible = queries[index].Visible;
            var shares = Gather(visible, scratch + (index * ScoreLength) - first);
            factors[index] = Exponentiate(shares, visible.Count);
            ScaleShares(scales, shares, visible);
            alike = visible.Start == start ? Math.Min(alike, visible.Together) : 0;
        }

        var results = scratch + (AttentionTile.Most * ScoreLength);
        if (alike > 0)
        {
            for (var at = 0; at < ValueWidth; at += 2 * TPath.Count)
            {
                MixFour(values + ((long)start * ValueWidth) + at, scratch + start - first, alike, results + at, at + TPath.Count < ValueWidth);
            }
        }

        for (var index = 0; index < queries.Length; index++)
        {
            var visible = queries[index].Visible;
            var result = results + (index * ValueWidth);
            MixRest(values, scratch + (index * ScoreLength) + visible.Start - first, visible, alike, factors[index], result);
            Keep(result, queries[index].Output);
        }
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

    // Two vectors of slots by four queries; the last one again in place of those that are missing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScoreFour(T* keys, ReadOnlySpan<QueryView> queries, int first, int end, float* raw)
    {
        var (width, far, last) = (Shape.HeadDim, ScoreLength, queries.Length - 1);
        float* q0 = queries[0].Query, q1 = queries[Math.Min(1, last)].Query, q2 = queries[Math.Min(2, last)].Query, q3 = queries[Math.Min(3, last)].Query;
        for (var slot = first; slot < end; slot += 2 * TPath.Count)
        {
            // Sixteen slots make a block, so that with vectors of sixteen the second one may lie behind the last block.
            var isPair = slot + TPath.Count < end;
            T* k0 = Key(keys, slot), k1 = isPair ? Key(keys, slot + TPath.Count) : k0;
            TVector s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
            for (var part = 0; part < width; part++)
            {
                var (left, right) = (Load(k0), Load(k1));
                Prefetch(k0 + (2 * TPath.Count * width));
                Prefetch(k1 + (2 * TPath.Count * width));
                Add(TPath.All(q0[part]), left, right, ref s00, ref s01);
                Add(TPath.All(q1[part]), left, right, ref s10, ref s11);
                Add(TPath.All(q2[part]), left, right, ref s20, ref s21);
                Add(TPath.All(q3[part]), left, right, ref s30, ref s31);
                k0 += Lanes.Count;
                k1 += Lanes.Count;
            }

            Keep(raw + slot, s00, s01, isPair);
            Keep(raw + slot + far, s10, s11, isPair);
            Keep(raw + slot + (2 * far), s20, s21, isPair);
            Keep(raw + slot + (3 * far), s30, s31, isPair);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TVector factor, TVector left, TVector right, ref TVector s0, ref TVector s1)
    {
        s0 = TPath.MultiplyAdd(factor, left, s0);
        s1 = TPath.MultiplyAdd(factor, right, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(float* target, TVector s0, TVector s1, bool isPair)
    {
        TPath.Store(s0, target);
        if (isPair)
        {
            TPath.Store(s1, target + TPath.Count);
        }
    }

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
                var q = TPath.All(*part);
                Prefetch(k0 + ahead);
                Prefetch(k1 + ahead);
                Prefetch(k2 + ahead);
                Prefetch(k3 + ahead);
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

    // Two vectors of values by four queries: of those that are missing come numbers that nobody reads.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MixFour(T* values, float* shares, int count, float* results, bool isPair)
    {
        var (second, width, far) = (isPair ? TPath.Count : 0, ValueWidth, ScoreLength);
        float* last = shares + (3 * far), end = shares + count;
        TVector s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (; shares < end; shares++, last++, values += width)
        {
            var (left, right) = (Load(values), Load(values + second));
            Prefetch(values + (SlotsAhead * width));
            Prefetch(values + (SlotsAhead * width) + second);
            Add(TPath.All(*shares), left, right, ref s00, ref s01);
            Add(TPath.All(shares[far]), left, right, ref s10, ref s11);
            Add(TPath.All(shares[2 * far]), left, right, ref s20, ref s21);
            Add(TPath.All(*last), left, right, ref s30, ref s31);
        }

        Keep(results, s00, s01, isPair);
        Keep(results + width, s10, s11, isPair);
        Keep(results + (2 * width), s20, s21, isPair);
        Keep(results + (3 * width), s30, s31, isPair);
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
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        if (from > 0)
        {
            (s0, s1) = (TPath.Load(result), TPath.Load(result + TPath.Count));
            (s2, s3) = (TPath.Load(result + (2 * TPath.Count)), TPath.Load(result + (3 * TPath.Count)));
        }

        for (var index = from; index < visible.Count; index++)
        {
            var share = TPath.All(shares[index]);
            var value = values + ((long)Slot(visible, index) * ValueWidth);
            var later = value + (SlotsAhead * ValueWidth);
            Prefetch(later);
            Prefetch(later + TPath.Count);
            Prefetch(later + (2 * TPath.Count));
            Prefetch(later + (3 * TPath.Count));
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
    private static void Prefetch(T* numbers)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(numbers);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(T* numbers) =>
        typeof(T) == typeof(float) ? TPath.Load((float*)numbers) : typeof(T) == typeof(ushort) ? TPath.Load((ushort*)numbers) : TPath.Load((sbyte*)numbers);
}
