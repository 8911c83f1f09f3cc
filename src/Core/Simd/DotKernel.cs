using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Simd;

/// <summary>Multiplies rows of bytes by panels of bytes or half-bytes.</summary>
internal abstract unsafe class DotKernel
{
    /// <summary>How many bytes before their use weights are prefetched: what a core reads from memory while it waits for a line, and more.</summary>
    protected const int Ahead = 8192;

    /// <summary>Gets how many 32-bit words of a row stand for four inputs; see <see cref="IDotPath{TSum, TFloat}.Words"/>.</summary>
    public abstract int Words { get; }

    /// <summary>Returns the kernel of a path.</summary>
    /// <param name="path">The instructions.</param>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    public static DotKernel For(SimdPath path, bool isHalf) => path switch
    {
        SimdPath.Avx512 when DotVnni512.Find(isHalf) is { } kernel => kernel,
        SimdPath.Avx512 or SimdPath.Avx2 when AvxVnni.IsSupported => Of<Vector256<int>, Vector256<float>, DotVnni>(isHalf),
        SimdPath.Avx512 or SimdPath.Avx2 => Of<Vector256<int>, Vector256<float>, DotAvx2>(isHalf),
        _ => Of<Vector128<int>, Vector128<float>, DotPortable>(isHalf),
    };

    /// <summary>Returns the kernel of some instructions.</summary>
    /// <typeparam name="TSum">A vector of 32-bit sums.</typeparam>
    /// <typeparam name="TFloat">A vector of as many singles.</typeparam>
    /// <typeparam name="TPath">Their operations.</typeparam>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    public static DotKernel Of<TSum, TFloat, TPath>(bool isHalf)
        where TSum : struct
        where TFloat : struct
        where TPath : struct, IDotPath<TSum, TFloat> =>
        isHalf ? new DotKernel<TSum, TFloat, TPath, HalfBytes>() : new DotKernel<TSum, TFloat, TPath, WholeBytes>();

    /// <summary>Computes the outputs of some panels for all rows.</summary>
    /// <param name="panels">The panels, one behind the other: a block for each group of inputs (<see cref="QuantizedBlocks"/>).</param>
    /// <param name="panelCount">How many panels.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="results">Where the first row's results go.</param>
    /// <param name="resultStep">The distance of two rows of results.</param>
    public abstract void Multiply(byte* panels, int panelCount, QuantizedRows rows, int count, float* results, long resultStep);
}

/// <summary>The kernel of one path.</summary>
/// <typeparam name="TSum">A vector of 32-bit sums.</typeparam>
/// <typeparam name="TFloat">A vector of as many singles.</typeparam>
/// <typeparam name="TPath">Their operations.</typeparam>
/// <typeparam name="TSize">Whether a weight takes half a byte.</typeparam>
internal sealed unsafe class DotKernel<TSum, TFloat, TPath, TSize> : DotKernel
    where TSum : struct
    where TFloat : struct
    where TPath : struct, IDotPath<TSum, TFloat>
    where TSize : struct, IByteSize
{
    private const int TileRows = 4;

    private const int Steps = QuantizedBlocks.Inputs / 4;

    public override int Words => TPath.Words;

    /// <summary>Gets how many bytes the weights of two steps take: of half-bytes one vector holds both.</summary>
    private static int PairBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TSize.IsHalf ? 1 : 2) * 4 * Panels.Width;
    }

    /// <summary>Gets where in a group of a row the number lies that its sums begin with.</summary>
    private static int Bias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => QuantizedRows.Words(TPath.Words);
    }

    private static int GroupWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => QuantizedRows.GroupWords(TPath.Words);
    }

    public override void Multiply(byte* panels, int panelCount, QuantizedRows rows, int count, float* results, long resultStep)
    {
        var panelBytes = (long)rows.Groups * QuantizedBlocks.Bytes(TSize.IsHalf);
        for (var panel = 0; panel < panelCount; panel++, panels += panelBytes, results += Panels.Width)
        {
            for (var row = 0; row < count; row += TileRows)
            {
                MultiplyTile(panels, rows, row, Math.Min(count - row, TileRows), results + (row * resultStep), resultStep);
            }
        }
    }

    private static void MultiplyTile(byte* panel, QuantizedRows rows, int row, int count, float* results, long resultStep)
    {
        for (var output = 0; output < Panels.Width; output += 2 * TPath.Count)
        {
            if (count == 1)
            {
                One(panel, output, rows, row, results + output);
            }
            else
            {
                Four(panel, output, rows, row, count, results + output, resultStep);
            }
        }
    }

    // The two steps of a pair have sums of their own, so that an addition need not wait for the one before: whole numbers add up alike in any order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(byte* panel, int output, QuantizedRows rows, int row, float* results)
    {
        TFloat t0 = default, t1 = default;
        int* x = rows.Row(row), end = x + rows.RowWords;
        for (; x < end; x += GroupWords, panel += QuantizedBlocks.Bytes(TSize.IsHalf))
        {
            TSum s0 = TPath.All(x[Bias]), s1 = s0, r0 = default, r1 = default;
            var weights = panel + (4 * output);
            var words = x;
            for (var step = 0; step < Steps; step += 2, weights += PairBytes, words += 2 * TPath.Words)
            {
                var (w, v) = Load(weights);
                TPath.Add(ref s0, ref s1, w, words);
                TPath.Add(ref r0, ref r1, v, words + TPath.Words);
            }

            var factors = QuantizedBlocks.Scale(panel, output, TSize.IsHalf);
            Finish(TPath.Scale(factors), TPath.Scale(factors + TPath.Count), ScaleOf(x), TPath.Plus(s0, r0), TPath.Plus(s1, r1), ref t0, ref t1);
        }

        Keep(results, t0, t1);
    }

    // Of two or three rows the last is multiplied again in place of those that are missing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(byte* panel, int output, QuantizedRows rows, int row, int count, float* results, long resultStep)
    {
        int second = Math.Min(1, count - 1), third = Math.Min(2, count - 1), fourth = Math.Min(3, count - 1);
        TFloat t00 = default, t01 = default, t10 = default, t11 = default, t20 = default, t21 = default, t30 = default, t31 = default;
        int* x0 = rows.Row(row), x1 = rows.Row(row + second), x2 = rows.Row(row + third), x3 = rows.Row(row + fourth), end = x0 + rows.RowWords;
        for (; x0 < end; panel += QuantizedBlocks.Bytes(TSize.IsHalf))
        {
            TSum s00 = TPath.All(x0[Bias]), s10 = TPath.All(x1[Bias]), s20 = TPath.All(x2[Bias]), s30 = TPath.All(x3[Bias]);
            TSum s01 = s00, s11 = s10, s21 = s20, s31 = s30;
            var weights = panel + (4 * output);
            // By name and not in a loop: so the four rows stay in registers.
            Pair(weights, 0, x0, x1, x2, x3, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30, ref s31);
            Pair(weights + PairBytes, 2 * TPath.Words, x0, x1, x2, x3, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30, ref s31);
            Pair(weights + (2 * PairBytes), 4 * TPath.Words, x0, x1, x2, x3, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30, ref s31);
            Pair(weights + (3 * PairBytes), 6 * TPath.Words, x0, x1, x2, x3, ref s00, ref s01, ref s10, ref s11, ref s20, ref s21, ref s30, ref s31);
            var factors = QuantizedBlocks.Scale(panel, output, TSize.IsHalf);
            TFloat f0 = TPath.Scale(factors), f1 = TPath.Scale(factors + TPath.Count);
            Finish(f0, f1, ScaleOf(x0), s00, s01, ref t00, ref t01);
            Finish(f0, f1, ScaleOf(x1), s10, s11, ref t10, ref t11);
            Finish(f0, f1, ScaleOf(x2), s20, s21, ref t20, ref t21);
            Finish(f0, f1, ScaleOf(x3), s30, s31, ref t30, ref t31);
            x0 += GroupWords;
            x1 += GroupWords;
            x2 += GroupWords;
            x3 += GroupWords;
        }

        Keep(results, t00, t01);
        Keep(results + (second * resultStep), t10, t11);
        Keep(results + (third * resultStep), t20, t21);
        Keep(results + (fourth * resultStep), t30, t31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(
        byte* weights, int at, int* x0, int* x1, int* x2, int* x3,
        ref TSum s00, ref TSum s01, ref TSum s10, ref TSum s11, ref TSum s20, ref TSum s21, ref TSum s30, ref TSum s31)
    {
        var (w, v) = Load(weights);
        TPath.Add(ref s00, ref s01, w, x0 + at);
        TPath.Add(ref s10, ref s11, w, x1 + at);
        TPath.Add(ref s20, ref s21, w, x2 + at);
        TPath.Add(ref s30, ref s31, w, x3 + at);
        TPath.Add(ref s00, ref s01, v, x0 + at + TPath.Words);
        TPath.Add(ref s10, ref s11, v, x1 + at + TPath.Words);
        TPath.Add(ref s20, ref s21, v, x2 + at + TPath.Words);
        TPath.Add(ref s30, ref s31, v, x3 + at + TPath.Words);
    }

    /// <summary>Reads the weights of a pair of steps, two vectors each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ((TSum, TSum) W, (TSum, TSum) V) Load(byte* weights)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(weights + Ahead);
        }

        TSum w0 = TPath.Load(weights), w1 = TPath.Load(weights + (4 * TPath.Count));
        if (TSize.IsHalf)
        {
            return ((TPath.Low(w0), TPath.Low(w1)), (TPath.High(w0), TPath.High(w1)));
        }

        weights += 4 * Panels.Width;
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(weights + Ahead);
        }

        return ((w0, w1), (TPath.Load(weights), TPath.Load(weights + (4 * TPath.Count))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ScaleOf(int* group) => *(float*)(group + Bias + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TFloat f0, TFloat f1, float scale, TSum s0, TSum s1, ref TFloat t0, ref TFloat t1)
    {
        var all = TPath.All(scale);
        t0 = TPath.Finish(s0, TPath.Times(f0, all), t0);
        t1 = TPath.Finish(s1, TPath.Times(f1, all), t1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(float* results, TFloat t0, TFloat t1)
    {
        TPath.Store(t0, results);
        TPath.Store(t1, results + TPath.Count);
    }
}
