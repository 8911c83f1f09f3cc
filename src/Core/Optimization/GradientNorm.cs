using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Optimization;

/// <summary>The Euclidean length of a gradient, the same bits for any number of threads.</summary>
public static class GradientNorm
{
    /// <summary>The stretch that is summed by itself, in elements.</summary>
    public const int Stretch = 1 << 16;

    /// <summary>Returns the sum of squares of one stretch, in double precision.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> stretch)
    {
        var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var at = 0;
        for (; at <= stretch.Length - Vector512<float>.Count; at += Vector512<float>.Count)
        {
            var (first, second) = Vector512.Widen(Vector512.Create(stretch.Slice(at, Vector512<float>.Count)));
            low += first * first;
            high += second * second;
        }

        var sum = Vector512.Sum(low + high);
        for (; at < stretch.Length; at++)
        {
            sum += (double)stretch[at] * stretch[at];
        }

        return sum;
    }

    /// <summary>Returns the factor that brings a gradient of some length to at most another.</summary>
    /// <param name="norm">The length.</param>
    /// <param name="limit">The greatest length; null does not clip.</param>
    public static double ClipFactor(double norm, double? limit) => limit is { } most && norm > most ? most / norm : 1;
}
