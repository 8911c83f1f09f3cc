using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Simd;

/// <summary>Multiplies rows of bytes by panels of bytes or half-bytes.</summary>
internal abstract unsafe class DotKernel
{
    /// <summary>Gets how many 32-bit words of a row stand for four inputs; see <see cref="IDotPath{TSum, TFloat}.Words"/>.</summary>
    public abstract int Words { get; }

    /// <summary>Returns the kernel of a path.</summary>
    /// <param name="path">The instructions.</param>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    public static DotKernel For(SimdPath path, bool isHalf) => path switch
    {
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

    /// <summary>Computes the outputs of a panel for all rows.</summary>
    /// <param name="panel">The panel: a block for each group of inputs (<see cref="QuantizedBlocks"/>).</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many.</param>
    /// <param name="results">Where the first row's results go.</param>
    /// <param name="resultStep">The distance of two rows of results.</param>
    public abstract void Multiply(byte* panel, QuantizedRows rows, int count, float* results, long resultStep);
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

    public override void Multiply(byte* panel, QuantizedRows rows, int count, float* results, long resultStep)
    {
        for (var row = 0; row < count;)
        {
            var together = count - row >= TileRows ? TileRows : 1;
            for (var output = 0; output < Panels.Width; output += 2 * TPath.Count)
            {
                var target = results + (row * resultStep) + output;
                if (together == 1)
                {
                    One(panel, output, rows, row, target);
                }
                else
                {
                    Four(panel, output, rows, row, target, resultStep);
                }
            }

            row += together;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(byte* panel, int output, QuantizedRows rows, int row, float* results)
    {
        TFloat t0 = default, t1 = default;
        var groups = rows.Groups;
        var words = rows.WordsOf(row);
        float* scales = rows.ScalesOf(row);
        int* sums = rows.SumsOf(row);
        for (var group = 0; group < groups; group++, panel += QuantizedBlocks.Bytes(TSize.IsHalf))
        {
            var s0 = TPath.All(-QuantizedBlocks.Zero * sums[group]);
            var s1 = s0;
            var weights = panel + (4 * output);
            for (var step = 0; step < Steps; step += TSize.IsHalf ? 2 : 1, weights += 4 * Panels.Width)
            {
                TSum w0 = TPath.Load(weights), w1 = TPath.Load(weights + (4 * TPath.Count));
                if (TSize.IsHalf)
                {
                    s0 = TPath.Add(s0, TPath.Low(w0), words);
                    s1 = TPath.Add(s1, TPath.Low(w1), words);
                    words += TPath.Words;
                    (w0, w1) = (TPath.High(w0), TPath.High(w1));
                }

                s0 = TPath.Add(s0, w0, words);
                s1 = TPath.Add(s1, w1, words);
                words += TPath.Words;
            }

            var factors = QuantizedBlocks.Scale(panel, output, TSize.IsHalf);
            Finish(TPath.Scale(factors), TPath.Scale(factors + TPath.Count), scales[group], s0, s1, ref t0, ref t1);
        }

        Keep(results, t0, t1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(byte* panel, int output, QuantizedRows rows, int row, float* results, long resultStep)
    {
        TFloat t00 = default, t01 = default, t10 = default, t11 = default, t20 = default, t21 = default, t30 = default, t31 = default;
        var groups = rows.Groups;
        var far = rows.WordStep;
        int* words = rows.WordsOf(row), last = words + (3 * far);
        float* scales = rows.ScalesOf(row);
        int* sums = rows.SumsOf(row);
        for (var group = 0; group < groups; group++, panel += QuantizedBlocks.Bytes(TSize.IsHalf))
        {
            const int zero = -QuantizedBlocks.Zero;
            TSum s00 = TPath.All(zero * sums[group]), s10 = TPath.All(zero * sums[group + groups]);
            TSum s20 = TPath.All(zero * sums[group + (2 * groups)]), s30 = TPath.All(zero * sums[group + (3 * groups)]);
            TSum s01 = s00, s11 = s10, s21 = s20, s31 = s30;
            var weights = panel + (4 * output);
            for (var step = 0; step < Steps; step += TSize.IsHalf ? 2 : 1, weights += 4 * Panels.Width)
            {
                TSum w0 = TPath.Load(weights), w1 = TPath.Load(weights + (4 * TPath.Count));
                if (TSize.IsHalf)
                {
                    TSum low0 = TPath.Low(w0), low1 = TPath.Low(w1);
                    Add(low0, low1, words, ref s00, ref s01);
                    Add(low0, low1, words + far, ref s10, ref s11);
                    Add(low0, low1, words + (2 * far), ref s20, ref s21);
                    Add(low0, low1, last, ref s30, ref s31);
                    (w0, w1) = (TPath.High(w0), TPath.High(w1));
                    words += TPath.Words;
                    last += TPath.Words;
                }

                Add(w0, w1, words, ref s00, ref s01);
                Add(w0, w1, words + far, ref s10, ref s11);
                Add(w0, w1, words + (2 * far), ref s20, ref s21);
                Add(w0, w1, last, ref s30, ref s31);
                words += TPath.Words;
                last += TPath.Words;
            }

            var factors = QuantizedBlocks.Scale(panel, output, TSize.IsHalf);
            TFloat f0 = TPath.Scale(factors), f1 = TPath.Scale(factors + TPath.Count);
            Finish(f0, f1, scales[group], s00, s01, ref t00, ref t01);
            Finish(f0, f1, scales[group + groups], s10, s11, ref t10, ref t11);
            Finish(f0, f1, scales[group + (2 * groups)], s20, s21, ref t20, ref t21);
            Finish(f0, f1, scales[group + (3 * groups)], s30, s31, ref t30, ref t31);
        }

        Keep(results, t00, t01);
        Keep(results + resultStep, t10, t11);
        Keep(results + (2 * resultStep), t20, t21);
        Keep(results + (3 * resultStep), t30, t31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TSum w0, TSum w1, int* words, ref TSum s0, ref TSum s1)
    {
        s0 = TPath.Add(s0, w0, words);
        s1 = TPath.Add(s1, w1, words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TFloat f0, TFloat f1, float scale, TSum s0, TSum s1, ref TFloat t0, ref TFloat t1)
    {
        t0 = TPath.Finish(s0, TPath.Times(f0, scale), t0);
        t1 = TPath.Finish(s1, TPath.Times(f1, scale), t1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(float* results, TFloat t0, TFloat t1)
    {
        TPath.Store(t0, results);
        TPath.Store(t1, results + TPath.Count);
    }
}
