using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// Products of small fp32 matrices that lie in the cache: the blocks of attention, for which a library call costs more than the work.
/// </summary>
internal static unsafe class BlockProduct
{
    private const int TileRows = 6;

    /// <summary>Computes <c>c = a·b</c> or <c>c += a·b</c>.</summary>
    /// <param name="a">The left factor: element (i, l) lies at <c>i · rowStep + l · columnStep</c>.</param>
    /// <param name="rowStep">The distance of its rows.</param>
    /// <param name="columnStep">The distance of its columns; with 1 and a row step the factor is as it lies, swapped it is transposed.</param>
    /// <param name="b">The right factor, rows of <paramref name="bStep"/> singles.</param>
    /// <param name="bStep">The distance of its rows.</param>
    /// <param name="c">The product, rows of <paramref name="cStep"/> singles.</param>
    /// <param name="cStep">The distance of its rows.</param>
    /// <param name="size">Rows, columns (a multiple of sixteen) and the inner length.</param>
    /// <param name="isAdded">Whether the product is added to what is there.</param>
    public static void Multiply(
        float* a, long rowStep, long columnStep, float* b, long bStep, float* c, long cStep, (int Rows, int Columns, int Inner) size, bool isAdded)
    {
        var row = 0;
        for (; row <= size.Rows - TileRows; row += TileRows)
        {
            var left = a + (row * rowStep);
            var target = c + (row * cStep);
            var column = 0;
            for (; column <= size.Columns - (2 * Lanes.Count); column += 2 * Lanes.Count)
            {
                Tile(left, rowStep, columnStep, b + column, bStep, target + column, cStep, size.Inner, isAdded);
            }

            for (; column < size.Columns; column += Lanes.Count)
            {
                for (var inside = 0; inside < TileRows; inside++)
                {
                    Strip(left + (inside * rowStep), columnStep, b + column, bStep, target + (inside * cStep) + column, size.Inner, isAdded);
                }
            }
        }

        for (; row < size.Rows; row++)
        {
            for (var column = 0; column < size.Columns; column += Lanes.Count)
            {
                Strip(a + (row * rowStep), columnStep, b + column, bStep, c + (row * cStep) + column, size.Inner, isAdded);
            }
        }
    }

    // Six rows by two vectors: twelve sums, which hide the latency of the multiply-add.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        float* a, long rowStep, long columnStep, float* b, long bStep, float* c, long cStep, int inner, bool isAdded)
    {
        var (s00, s01, s10, s11) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (s20, s21, s30, s31) = (s00, s00, s00, s00);
        var (s40, s41, s50, s51) = (s00, s00, s00, s00);
        for (var step = 0; step < inner; step++, a += columnStep, b += bStep)
        {
            var (b0, b1) = (Vector512.Load(b), Vector512.Load(b + Lanes.Count));
            var left = Vector512.Create(a[0]);
            s00 = Vector512.FusedMultiplyAdd(left, b0, s00);
            s01 = Vector512.FusedMultiplyAdd(left, b1, s01);
            left = Vector512.Create(a[rowStep]);
            s10 = Vector512.FusedMultiplyAdd(left, b0, s10);
            s11 = Vector512.FusedMultiplyAdd(left, b1, s11);
            left = Vector512.Create(a[2 * rowStep]);
            s20 = Vector512.FusedMultiplyAdd(left, b0, s20);
            s21 = Vector512.FusedMultiplyAdd(left, b1, s21);
            left = Vector512.Create(a[3 * rowStep]);
            s30 = Vector512.FusedMultiplyAdd(left, b0, s30);
            s31 = Vector512.FusedMultiplyAdd(left, b1, s31);
            left = Vector512.Create(a[4 * rowStep]);
            s40 = Vector512.FusedMultiplyAdd(left, b0, s40);
            s41 = Vector512.FusedMultiplyAdd(left, b1, s41);
            left = Vector512.Create(a[5 * rowStep]);
            s50 = Vector512.FusedMultiplyAdd(left, b0, s50);
            s51 = Vector512.FusedMultiplyAdd(left, b1, s51);
        }

        Keep(c, s00, s01, isAdded);
        Keep(c + cStep, s10, s11, isAdded);
        Keep(c + (2 * cStep), s20, s21, isAdded);
        Keep(c + (3 * cStep), s30, s31, isAdded);
        Keep(c + (4 * cStep), s40, s41, isAdded);
        Keep(c + (5 * cStep), s50, s51, isAdded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(float* c, Vector512<float> first, Vector512<float> second, bool isAdded)
    {
        if (isAdded)
        {
            first += Vector512.Load(c);
            second += Vector512.Load(c + Lanes.Count);
        }

        first.Store(c);
        second.Store(c + Lanes.Count);
    }

    private static void Strip(float* a, long columnStep, float* b, long bStep, float* c, int inner, bool isAdded)
    {
        var sum = Vector512<float>.Zero;
        for (var step = 0; step < inner; step++, a += columnStep, b += bStep)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(*a), Vector512.Load(b), sum);
        }

        (isAdded ? sum + Vector512.Load(c) : sum).Store(c);
    }
}
