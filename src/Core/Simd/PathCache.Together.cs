using System.Runtime.CompilerServices;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <content>
/// Several queries at once. They go through the slots in stretches that stay in the first-level cache: the first queries read a stretch from
/// where it lies, the others from there, and while they are multiplied by it the next one is prefetched, by all of them in turn.
/// </content>
internal sealed unsafe partial class PathCache<T, TVector, TPath>
{
    private const int Stretch = 4 * Lanes.Count;    // slots
    private const int Few = 4;                      // queries that two vectors are multiplied by
    private const int Many = 6;                     // and four vectors of sixteen, which fill the registers

    private static int Wide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TPath.Count;
    }

    private void AttendTogether(int layer, int sequence, int head, ReadOnlySpan<QueryView> queries, float* scratch)
    {
        var (first, end) = (int.MaxValue, 0);
        foreach (var query in queries)
        {
            (first, end) = (Math.Min(first, query.Visible.Start), Math.Max(end, query.Visible.End));
        }

        (first, end) = (first / Lanes.Count * Lanes.Count, Lanes.Whole(end));
        ScoreTogether(Keys(layer, sequence, head), queries, (first, end), scratch - first);
        for (var index = 0; index < queries.Length; index++)
        {
            ScaleScores(KeyScales(layer, sequence, head), scratch + (index * ScoreLength) - first, first, end);
        }

        MixTogether(Values(layer, sequence, head), ValueScales(layer, sequence, head), queries, first, scratch);
    }

    /// <summary>Returns how many of the queries that are left take a stretch at once.</summary>
    private static int Together(int left, bool isWide) => Math.Min(left, isWide && TPath.Count == Lanes.Count ? Many : Few);

    /// <summary>Returns how often more than <see cref="Few"/> of some queries are taken at once, where the stretch allows it.</summary>
    private static int Turns(int queries) => (queries + Many - Few - 1) / Many;

    private void ScoreTogether(T* keys, ReadOnlySpan<QueryView> queries, (int First, int End) slots, float* raw)
    {
        for (var slot = slots.First; slot < slots.End; slot += Stretch)
        {
            var stretch = (slot, Math.Min(slot + Stretch, slots.End));
            for (int query = 0, together; query < queries.Length; query += together)
            {
                together = Together(queries.Length - query, slots.End - slot > Stretch / 2);
                var part = queries.Slice(query, together);
                if (together > Few)
                {
                    ScoreMany(keys, part, stretch, raw + (query * ScoreLength), (query / Many, Turns(queries.Length)));
                }
                else
                {
                    ScoreFew(keys, part, stretch, raw + (query * ScoreLength), isRead: query > 0);
                }
            }
        }
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
        for (var done = 0; done < alike; done += Stretch)
        {
            MixStretch(
                values + ((long)(start + done) * ValueWidth), scratch + start + done - first, queries.Length, Math.Min(Stretch, alike - done), results,
                isFirst: done == 0);
        }

        for (var index = 0; index < queries.Length; index++)
        {
            var visible = queries[index].Visible;
            var result = results + (index * ValueWidth);
            MixRest(values, scratch + (index * ScoreLength) + visible.Start - first, visible, alike, factors[index], result);
            Keep(result, queries[index].Output);
        }
    }

    private void MixStretch(T* values, float* shares, int queries, int slots, float* results, bool isFirst)
    {
        for (var column = 0; column < ValueWidth; column += Wide)
        {
            var end = Math.Min(column + Wide, ValueWidth);
            for (int query = 0, together; query < queries; query += together)
            {
                together = Together(queries - query, end - column == Wide);
                float* part = shares + (query * ScoreLength), result = results + (query * ValueWidth);
                if (together > Few)
                {
                    MixMany(values + column, part, together, slots, result + column, isFirst, (query / Many, Turns(queries)));
                    continue;
                }

                for (var at = column; at < end; at += 2 * TPath.Count)
                {
                    MixFew(values + at, part, together, slots, result + at, at + TPath.Count < end, isFirst, isRead: query > 0);
                }
            }
        }
    }

    // Two vectors of slots by four queries; the last one again in place of those that are missing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScoreFew(T* keys, ReadOnlySpan<QueryView> queries, (int First, int End) slots, float* raw, bool isRead)
    {
        var (width, far, last) = (Shape.HeadDim, ScoreLength, queries.Length - 1);
        float* q0 = queries[0].Query, q1 = queries[Math.Min(1, last)].Query, q2 = queries[Math.Min(2, last)].Query, q3 = queries[last].Query;
        int r1 = Math.Min(1, last) * far, r2 = Math.Min(2, last) * far, r3 = last * far;
        for (var slot = slots.First; slot < slots.End; slot += 2 * TPath.Count)
        {
            // Sixteen slots make a block, so that with vectors of sixteen the second one may lie behind the last block.
            var isPair = slot + TPath.Count < slots.End;
            T* k0 = Key(keys, slot), k1 = isPair ? Key(keys, slot + TPath.Count) : k0;
            TVector s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
            for (var part = 0; part < width; part++)
            {
                if (!isRead)
                {
                    Prefetch(k0 + (2 * TPath.Count * width));
                    Prefetch(k1 + (2 * TPath.Count * width));
                }

                var (left, right) = (Load(k0), Load(k1));
                Sums<TVector, TPath>.AddTwo(TPath.All(q0[part]), left, right, ref s00, ref s01);
                Sums<TVector, TPath>.AddTwo(TPath.All(q1[part]), left, right, ref s10, ref s11);
                Sums<TVector, TPath>.AddTwo(TPath.All(q2[part]), left, right, ref s20, ref s21);
                Sums<TVector, TPath>.AddTwo(TPath.All(q3[part]), left, right, ref s30, ref s31);
                k0 += Lanes.Count;
                k1 += Lanes.Count;
            }

            KeepTwo(raw + slot, s00, s01, isPair);
            KeepTwo(raw + slot + r1, s10, s11, isPair);
            KeepTwo(raw + slot + r2, s20, s21, isPair);
            KeepTwo(raw + slot + r3, s30, s31, isPair);
        }
    }

    // A stretch of more than two blocks, by five queries or six: what is missing is the last one again.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScoreMany(T* keys, ReadOnlySpan<QueryView> queries, (int First, int End) slots, float* raw, (int Mine, int All) turns)
    {
        var (width, last) = (Shape.HeadDim, ((slots.End - slots.First) / Lanes.Count) - 1);
        float* q0 = queries[0].Query, q1 = queries[1].Query, q2 = queries[2].Query, q3 = queries[3].Query, q4 = queries[4].Query, q5 = queries[^1].Query;
        long block = Lanes.Count * width, ahead = 4 * block, next = turns.Mine;
        T* k0 = Key(keys, slots.First), k1 = k0 + block, k2 = k1 + block, k3 = k0 + (last * block);
        TVector s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        TVector s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        TVector s40 = default, s41 = default, s42 = default, s43 = default, s50 = default, s51 = default, s52 = default, s53 = default;
        for (long part = 0, at = 0; part < width; part++, at += Lanes.Count)
        {
            if (part == next)
            {
                next += turns.All;
                Prefetch(k0 + at + ahead);
                Prefetch(k1 + at + ahead);
                Prefetch(k2 + at + ahead);
                Prefetch(k3 + at + ahead);
            }

            var (w0, w1, w2, w3) = (Load(k0 + at), Load(k1 + at), Load(k2 + at), Load(k3 + at));
            Sums<TVector, TPath>.AddFour(TPath.All(q0[part]), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
            Sums<TVector, TPath>.AddFour(TPath.All(q1[part]), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
            Sums<TVector, TPath>.AddFour(TPath.All(q2[part]), w0, w1, w2, w3, ref s20, ref s21, ref s22, ref s23);
            Sums<TVector, TPath>.AddFour(TPath.All(q3[part]), w0, w1, w2, w3, ref s30, ref s31, ref s32, ref s33);
            Sums<TVector, TPath>.AddFour(TPath.All(q4[part]), w0, w1, w2, w3, ref s40, ref s41, ref s42, ref s43);
            Sums<TVector, TPath>.AddFour(TPath.All(q5[part]), w0, w1, w2, w3, ref s50, ref s51, ref s52, ref s53);
        }

        var (far, third) = (ScoreLength, last * Lanes.Count);
        raw += slots.First;
        KeepFour(raw, third, s00, s01, s02, s03);
        KeepFour(raw + far, third, s10, s11, s12, s13);
        KeepFour(raw + (2 * far), third, s20, s21, s22, s23);
        KeepFour(raw + (3 * far), third, s30, s31, s32, s33);
        KeepFour(raw + (4 * far), third, s40, s41, s42, s43);
        KeepFour(raw + ((queries.Length - 1) * far), third, s50, s51, s52, s53);
    }

    // Two vectors of values by four queries; the last one again in place of those that are missing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MixFew(T* values, float* shares, int queries, int slots, float* results, bool isPair, bool isFirst, bool isRead)
    {
        var (second, width, far, last) = (isPair ? TPath.Count : 0, ValueWidth, ScoreLength, queries - 1);
        float* p1 = shares + (Math.Min(1, last) * far), p2 = shares + (Math.Min(2, last) * far), p3 = shares + (last * far);
        float* r1 = results + (Math.Min(1, last) * width), r2 = results + (Math.Min(2, last) * width), r3 = results + (last * width);
        var (s00, s01) = StartTwo(results, second, isFirst);
        var (s10, s11) = StartTwo(r1, second, isFirst);
        var (s20, s21) = StartTwo(r2, second, isFirst);
        var (s30, s31) = StartTwo(r3, second, isFirst);
        for (long slot = 0; slot < slots; slot++, values += width)
        {
            if (!isRead)
            {
                Prefetch(values + (SlotsAhead * width));
                Prefetch(values + (SlotsAhead * width) + second);
            }

            var (left, right) = (Load(values), Load(values + second));
            Sums<TVector, TPath>.AddTwo(TPath.All(shares[slot]), left, right, ref s00, ref s01);
            Sums<TVector, TPath>.AddTwo(TPath.All(p1[slot]), left, right, ref s10, ref s11);
            Sums<TVector, TPath>.AddTwo(TPath.All(p2[slot]), left, right, ref s20, ref s21);
            Sums<TVector, TPath>.AddTwo(TPath.All(p3[slot]), left, right, ref s30, ref s31);
        }

        KeepTwo(results, s00, s01, isPair);
        KeepTwo(r1, s10, s11, isPair);
        KeepTwo(r2, s20, s21, isPair);
        KeepTwo(r3, s30, s31, isPair);
    }

    // Four vectors of values by five queries or six.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MixMany(T* values, float* shares, int queries, int slots, float* results, bool isFirst, (int Mine, int All) turns)
    {
        var (width, far, last) = (ValueWidth, ScoreLength, queries - 1);
        float* p1 = shares + far, p2 = p1 + far, p3 = p2 + far, p4 = p3 + far, p5 = shares + (last * far);
        var (s00, s01, s02, s03) = StartFour(results, isFirst);
        var (s10, s11, s12, s13) = StartFour(results + width, isFirst);
        var (s20, s21, s22, s23) = StartFour(results + (2 * width), isFirst);
        var (s30, s31, s32, s33) = StartFour(results + (3 * width), isFirst);
        var (s40, s41, s42, s43) = StartFour(results + (4 * width), isFirst);
        var (s50, s51, s52, s53) = StartFour(results + (last * width), isFirst);
        for (long slot = 0, next = turns.Mine; slot < slots; slot++, values += width)
        {
            if (slot == next)
            {
                next += turns.All;
                PrefetchFour(values + (Stretch * width));
            }

            var (w0, w1, w2, w3) = LoadFour(values);
            Sums<TVector, TPath>.AddFour(TPath.All(shares[slot]), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
            Sums<TVector, TPath>.AddFour(TPath.All(p1[slot]), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
            Sums<TVector, TPath>.AddFour(TPath.All(p2[slot]), w0, w1, w2, w3, ref s20, ref s21, ref s22, ref s23);
            Sums<TVector, TPath>.AddFour(TPath.All(p3[slot]), w0, w1, w2, w3, ref s30, ref s31, ref s32, ref s33);
            Sums<TVector, TPath>.AddFour(TPath.All(p4[slot]), w0, w1, w2, w3, ref s40, ref s41, ref s42, ref s43);
            Sums<TVector, TPath>.AddFour(TPath.All(p5[slot]), w0, w1, w2, w3, ref s50, ref s51, ref s52, ref s53);
        }

        var lastVector = 3 * TPath.Count;
        KeepFour(results, lastVector, s00, s01, s02, s03);
        KeepFour(results + width, lastVector, s10, s11, s12, s13);
        KeepFour(results + (2 * width), lastVector, s20, s21, s22, s23);
        KeepFour(results + (3 * width), lastVector, s30, s31, s32, s33);
        KeepFour(results + (4 * width), lastVector, s40, s41, s42, s43);
        KeepFour(results + (last * width), lastVector, s50, s51, s52, s53);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector S0, TVector S1) StartTwo(float* results, int second, bool isFirst) =>
        isFirst ? default : (TPath.Load(results), TPath.Load(results + second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector S0, TVector S1, TVector S2, TVector S3) StartFour(float* results, bool isFirst) => isFirst ? default
        : (TPath.Load(results), TPath.Load(results + TPath.Count), TPath.Load(results + (2 * TPath.Count)), TPath.Load(results + (3 * TPath.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KeepTwo(float* target, TVector s0, TVector s1, bool isPair)
    {
        TPath.Store(s0, target);
        if (isPair)
        {
            TPath.Store(s1, target + TPath.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KeepFour(float* target, int last, TVector s0, TVector s1, TVector s2, TVector s3)
    {
        TPath.Store(s0, target);
        TPath.Store(s1, target + TPath.Count);
        TPath.Store(s2, target + (2 * TPath.Count));
        TPath.Store(s3, target + last);
    }
}
