using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>Functions of sixteen singles at a time.</summary>
internal static class Lanes
{
    /// <summary>How many singles a vector holds.</summary>
    public const int Count = 16;

    /// <summary>Rounds a length up to whole vectors.</summary>
    public static int Whole(int length) => (length + Count - 1) / Count * Count;

    /// <summary>Returns <c>e^x</c>: relative error below 2.5e-7 for x in [-87, 88], 0 below, infinity above; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // x = n·ln 2 + r with |r| ≤ ln 2 / 2; the polynomial is the Taylor series of e^r to the sixth power.
        var whole = Vector512.Round(x * Vector512.Create(1.44269504f));
        var rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693359375f), x);
        rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(2.12194440e-4f), rest);
        var sum = Vector512.FusedMultiplyAdd(rest, Vector512.Create(1f / 720), Vector512.Create(1f / 120));
        sum = Vector512.FusedMultiplyAdd(rest, sum, Vector512.Create(1f / 24));
        sum = Vector512.FusedMultiplyAdd(rest, sum, Vector512.Create(1f / 6));
        sum = Vector512.FusedMultiplyAdd(rest, sum, Vector512.Create(0.5f));
        sum = Vector512.FusedMultiplyAdd(rest, sum, Vector512<float>.One);
        sum = Vector512.FusedMultiplyAdd(rest, sum, Vector512<float>.One);
        var power = (Vector512.ConvertToInt32Native(whole) + Vector512.Create(127)) << 23;    // where it is not in range the result is not read
        var result = sum * power.AsSingle();
        result = Vector512.ConditionalSelect(
            Vector512.LessThan(x, Vector512.Create(-87f)), Vector512<float>.Zero, result);
        return Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, Vector512.Create(88f)), Vector512.Create(float.PositiveInfinity), result);
    }

    /// <summary>Returns the sum of eight lanes, added in one order by every compilation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> eight)
    {
        var four = eight.GetLower() + eight.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }

    /// <summary>Returns the largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> values)
    {
        var eight = Vector256.Max(values.GetLower(), values.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>Returns the largest absolute value of two vectors; NaN if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LargestMagnitude(Vector512<float> first, Vector512<float> second)
    {
        // Without their signs singles are ordered as their bits are, NaN above all.
        var mask = Vector512.Create(0x7fffffff);
        var bits = Vector512.Max(first.AsInt32() & mask, second.AsInt32() & mask);
        var eight = Vector256.Max(bits.GetLower(), bits.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).AsSingle().ToScalar();
    }

    /// <summary>Returns <c>1 / (1 + e^-x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) =>
        Vector512<float>.One / (Vector512<float>.One + Exp(-x));
}
