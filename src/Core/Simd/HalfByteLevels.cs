using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// The sixteen numbers that half a byte can be. They are denser in the middle, as weights are: fitted by Lloyd's algorithm to groups of
/// thirty-two normal numbers, each group with its best scale of either sign (<c>HalfByteLevelsTests</c>).
/// </summary>
internal static unsafe class HalfByteLevels
{
    // What the largest number of a group becomes, before the scale is fitted: the lowest level or the highest, or beyond, where it is cut.
    private static readonly float[] Targets = [-127, -132, -137, -143, -150, -158, -167, 109, 114, 120, 126, 133, 140, 150];

    private static readonly Vector512<float>[] Middles = [.. Enumerable.Range(0, 15).Select(level => Vector512.Create(Middle(level)))];
    private static readonly Vector512<float>[] Steps = [.. Enumerable.Range(0, 15).Select(level => Vector512.Create((float)(All[level + 1] - All[level])))];

    /// <summary>Gets the levels, ascending.</summary>
    public static ReadOnlySpan<sbyte> All => [-127, -101, -80, -63, -48, -34, -21, -9, 2, 14, 25, 37, 50, 65, 83, 109];

    /// <summary>Gets the levels as the bytes that kernels multiply by, with <see cref="QuantizedBlocks.Zero"/> added.</summary>
    public static Vector128<byte> Bytes { get; } = Vector128.Create(All).AsByte() + Vector128.Create((byte)QuantizedBlocks.Zero);

    /// <summary>Returns the index of the level that is nearest.</summary>
    public static int Nearest(float number)
    {
        var index = 0;
        while (index < All.Length - 1 && number > Middle(index))
        {
            index++;
        }

        return index;
    }

    /// <summary>Returns the scale, in bf16, whose multiples of the levels are nearest to some weights, as far as a few tries tell.</summary>
    /// <param name="weights">Weights, <see cref="QuantizedBlocks.Inputs"/> of them.</param>
    public static ushort Scale(float* weights)
    {
        var extreme = 0f;
        for (var input = 0; input < QuantizedBlocks.Inputs; input++)
        {
            extreme = MathF.Abs(weights[input]) > MathF.Abs(extreme) ? weights[input] : extreme;
        }

        if (extreme == 0)
        {
            return 0;
        }

        var (best, most) = (0f, float.NegativeInfinity);
        foreach (var target in Targets)
        {
            var (product, square) = Project(weights, target / extreme);
            var gain = product * product / square;              // how much smaller the squared error is than with zeros
            (best, most) = gain > most ? (product / square, gain) : (best, most);
        }

        return Bf16.Round(best);
    }

    private static float Middle(int level) => (All[level] + All[level + 1]) / 2f;

    /// <summary>Returns the products of weights and their nearest levels, and of those levels with themselves, added up.</summary>
    private static (float Product, float Square) Project(float* weights, float inverse)
    {
        var (products, squares) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var at = 0; at < QuantizedBlocks.Inputs; at += Lanes.Count)
        {
            var weight = Vector512.Load(weights + at);
            var number = weight * Vector512.Create(inverse);
            var level = Vector512.Create((float)All[0]);
            for (var step = 0; step < Middles.Length; step++)
            {
                level += Vector512.GreaterThan(number, Middles[step]) & Steps[step];
            }

            products += weight * level;
            squares += level * level;
        }

        return (Vector512.Sum(products), Vector512.Sum(squares));
    }
}
