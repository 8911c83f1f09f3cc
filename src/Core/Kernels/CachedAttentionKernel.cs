using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// Attention of one query over chosen slots of a cache, in their order: the result depends on what is in the slots and on their
/// order, not on where they lie.
/// </summary>
/// <typeparam name="T">The type of queries, keys and values.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
/// <remarks>Plain twin: <c>Core.Models.GroupedQueryAttention</c> over the slots gathered.</remarks>
internal static unsafe class CachedAttentionKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Says how many singles of work space a query needs.</summary>
    /// <param name="slots">How many slots it sees.</param>
    /// <param name="headDim">The width of a head.</param>
    public static int ScratchLength(int slots, int headDim) => Lanes.Whole(slots) + headDim;

    /// <summary>Computes the weighted values of one head.</summary>
    /// <param name="query">The query, <c>[headDim]</c>.</param>
    /// <param name="keys">The head's keys, <c>[capacity, headDim]</c>.</param>
    /// <param name="values">The head's values, <c>[capacity, headDim]</c>.</param>
    /// <param name="slots">The slots that the query sees.</param>
    /// <param name="headDim">The width of a head.</param>
    /// <param name="output">Receives the weighted values, <c>[headDim]</c>; zeros where no slot is seen.</param>
    /// <param name="scratch">Work space of <see cref="ScratchLength"/>.</param>
    public static void Attend(T* query, T* keys, T* values, ReadOnlySpan<int> slots, int headDim, T* output, float* scratch)
    {
        var scores = scratch + headDim;
        var padded = Lanes.Whole(slots.Length);
        RowKernel<T, TElement>.Widen(query, scratch, headDim);
        var scale = (float)(1 / Math.Sqrt(headDim));
        var largest = float.NegativeInfinity;
        for (var index = 0; index < slots.Length; index++)
        {
            scores[index] = Dot(scratch, keys + ((long)slots[index] * headDim), headDim) * scale;
            largest = MathF.Max(largest, scores[index]);
        }

        new Span<float>(scores + slots.Length, padded - slots.Length).Fill(float.NegativeInfinity);
        var sums = Vector512<float>.Zero;
        for (var at = 0; at < padded; at += Lanes.Count)
        {
            var share = Lanes.Exp(Vector512.Load(scores + at) - Vector512.Create(largest));
            share.Store(scores + at);
            sums += share;
        }

        Mix(values, slots, headDim, scores, slots.IsEmpty ? 0 : 1 / Lanes.Sum(sums), output);
    }

    private static float Dot(float* left, T* right, int count)
    {
        var sum = Vector512<float>.Zero;
        var at = 0;
        for (; at <= count - Lanes.Count; at += Lanes.Count)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(left + at), TElement.Load(right + at), sum);
        }

        var total = Lanes.Sum(sum);
        for (; at < count; at++)
        {
            total += left[at] * TElement.Get(right[at]);
        }

        return total;
    }

    private static void Mix(T* values, ReadOnlySpan<int> slots, int headDim, float* shares, float factor, T* output)
    {
        var at = 0;
        for (; at <= headDim - Lanes.Count; at += Lanes.Count)
        {
            var sum = Vector512<float>.Zero;
            for (var index = 0; index < slots.Length; index++)
            {
                sum = Vector512.FusedMultiplyAdd(
                    Vector512.Create(shares[index]), TElement.Load(values + ((long)slots[index] * headDim) + at), sum);
            }

            TElement.Store(output + at, sum * Vector512.Create(factor));
        }

        for (; at < headDim; at++)
        {
            var sum = 0f;
            for (var index = 0; index < slots.Length; index++)
            {
                sum += shares[index] * TElement.Get(values[((long)slots[index] * headDim) + at]);
            }

            output[at] = TElement.Round(sum * factor);
        }
    }
}
