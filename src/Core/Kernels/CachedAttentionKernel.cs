using System.Runtime.CompilerServices;
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
    private const int Step = 8;

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
            scores[index] = LinearKernel<T, TElement>.Dot(scratch, keys + ((long)slots[index] * headDim), headDim) * scale;
            largest = MathF.Max(largest, scores[index]);
        }

        new Span<float>(scores + slots.Length, padded - slots.Length).Fill(float.NegativeInfinity);
        var sum = 0f;
        for (var at = 0; at < padded; at += Lanes.Count)
        {
            Lanes.Exp(Vector512.Load(scores + at) - Vector512.Create(largest)).Store(scores + at);
            sum += Lanes.Sum(Vector256.Load(scores + at) + Vector256.Load(scores + at + (Lanes.Count / 2)));
        }

        Mix(values, slots, headDim, scores, slots.IsEmpty ? 0 : 1 / sum, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(T* values, ReadOnlySpan<int> slots, int headDim, float* shares, float factor, T* output)
    {
        var at = 0;
        for (; at <= headDim - Step; at += Step)
        {
            var sum = Vector256<float>.Zero;
            for (var index = 0; index < slots.Length; index++)
            {
                sum = Vector256.FusedMultiplyAdd(
                    Vector256.Create(shares[index]), TElement.LoadEight(values + ((long)slots[index] * headDim) + at), sum);
            }

            sum *= Vector256.Create(factor);
            for (var lane = 0; lane < Step; lane++)
            {
                output[at + lane] = TElement.Round(sum[lane]);
            }
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
