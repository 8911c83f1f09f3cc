using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>Sums and conversions of whole rows.</summary>
/// <typeparam name="T">The type of the rows that are not fp32.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal static unsafe class RowKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    /// <summary>Adds numbers to fp32 sums.</summary>
    public static void Accumulate(float* sum, T* added, long count)
    {
        long at = 0;
        for (; at <= count - Lanes.Count; at += Lanes.Count)
        {
            (Vector512.Load(sum + at) + TElement.Load(added + at)).Store(sum + at);
        }

        for (; at < count; at++)
        {
            sum[at] += TElement.Get(added[at]);
        }
    }

    /// <summary>Widens to fp32.</summary>
    public static void Widen(T* source, float* target, long count)
    {
        long at = 0;
        for (; at <= count - Lanes.Count; at += Lanes.Count)
        {
            TElement.Load(source + at).Store(target + at);
        }

        for (; at < count; at++)
        {
            target[at] = TElement.Get(source[at]);
        }
    }

    /// <summary>Rounds from fp32.</summary>
    public static void Narrow(float* source, T* target, long count)
    {
        long at = 0;
        for (; at <= count - Lanes.Count; at += Lanes.Count)
        {
            TElement.Store(target + at, Vector512.Load(source + at));
        }

        for (; at < count; at++)
        {
            target[at] = TElement.Round(source[at]);
        }
    }

    /// <summary>Adds a bias to each row.</summary>
    public static void AddBias(T* rows, T* bias, int count, int width)
    {
        for (var row = 0; row < count; row++, rows += width)
        {
            var at = 0;
            for (; at <= width - Lanes.Count; at += Lanes.Count)
            {
                TElement.Store(rows + at, TElement.Load(rows + at) + TElement.Load(bias + at));
            }

            for (; at < width; at++)
            {
                rows[at] = TElement.Round(TElement.Get(rows[at]) + TElement.Get(bias[at]));
            }
        }
    }

    /// <summary>Adds up the rows: the derivative by a bias.</summary>
    /// <param name="rows">Rows, <c>[count, width]</c>.</param>
    /// <param name="sums">Receives the sums, <c>[width]</c>.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="width">The length of a row.</param>
    public static void SumRows(T* rows, float* sums, int count, int width)
    {
        new Span<float>(sums, width).Clear();
        for (var row = 0; row < count; row++, rows += width)
        {
            Accumulate(sums, rows, width);
        }
    }
}
