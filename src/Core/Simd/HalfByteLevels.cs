using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// The sixteen numbers that half a byte can be. They are denser in the middle, as weights are: fitted by Lloyd's algorithm to groups of
/// thirty-two normal numbers, each group with its best scale of either sign (<c>HalfByteLevelsTests</c>).
/// </summary>
internal static class HalfByteLevels
{
    // What the largest number of a group becomes, before the scale is fitted: the lowest level or the highest, or beyond, where it is cut.
    private static readonly float[] Targets = [-127, -132, -137, -143, -150, -158, -167, 109, 114, 120, 126, 133, 140, 150];

    private static readonly float[] Middles = [.. Enumerable.Range(0, 15).Select(level => (All[level] + All[level + 1]) / 2f), float.PositiveInfinity];
    private static readonly float[] Numbers = [.. Enumerable.Range(0, 16).Select(level => (float)All[level])];

    /// <summary>Gets the levels, ascending.</summary>
    public static ReadOnlySpan<sbyte> All => [-127, -101, -80, -63, -48, -34, -21, -9, 2, 14, 25, 37, 50, 65, 83, 109];

    /// <summary>Gets the levels as the bytes that kernels multiply by, with <see cref="QuantizedBlocks.Zero"/> added.</summary>
    /// <remarks>Written out, so that a kernel has them as a constant and need not look whether this class is ready.</remarks>
    public static Vector128<byte> Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((byte)1, 27, 48, 65, 80, 94, 107, 119, 130, 142, 153, 165, 178, 193, 211, 237);
    }

    /// <summary>Returns the indices of the levels that are nearest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Nearest(Vector512<float> numbers)
    {
        var index = Vector512<int>.Zero;
        if (Vector512.IsHardwareAccelerated)
        {
            var middles = Vector512.Create(Middles);    // halves what is left four times
            index = Vector512.GreaterThan(numbers, Vector512.Create(Middles[7])).AsInt32() & Vector512.Create(8);
            index += Beyond(numbers, middles, index + Vector512.Create(3)) & Vector512.Create(4);
            index += Beyond(numbers, middles, index + Vector512.Create(1)) & Vector512.Create(2);
            return index + (Beyond(numbers, middles, index) & Vector512<int>.One);
        }

        for (var level = 0; level < Middles.Length - 1; level++)
        {
            index -= Vector512.GreaterThan(numbers, Vector512.Create(Middles[level])).AsInt32();
        }

        return index;
    }

    /// <summary>Returns the scale, in bf16, whose multiples of the levels are nearest to some weights, as far as a few tries tell.</summary>
    /// <param name="low">Sixteen weights.</param>
    /// <param name="high">Sixteen more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ushort Scale(Vector512<float> low, Vector512<float> high)
    {
        var (least, most) = (-Lanes.Largest(-Vector512.Min(low, high)), Lanes.Largest(Vector512.Max(low, high)));
        var extreme = -least > most ? least : most;
        if (extreme == 0)
        {
            return 0;
        }

        var (best, largest) = (0f, float.NegativeInfinity);
        foreach (var target in Targets)
        {
            var inverse = Vector512.Create(target / extreme);
            var (first, second) = (Level(Nearest(low * inverse)), Level(Nearest(high * inverse)));
            var (product, square) = (Vector512.Sum((low * first) + (high * second)), Vector512.Sum((first * first) + (second * second)));
            var gain = product * product / square;              // how much smaller the squared error is than with zeros
            (best, largest) = gain > largest ? (product / square, gain) : (best, largest);
        }

        return Bf16.Round(best);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Beyond(Vector512<float> numbers, Vector512<float> middles, Vector512<int> index) =>
        Vector512.GreaterThan(numbers, Vector512.Shuffle(middles, index)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Level(Vector512<int> index) => Vector512.Shuffle(Vector512.Create(Numbers), index);
}
