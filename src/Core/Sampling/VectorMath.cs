using System.Numerics;
using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Sampling;

/// <summary>Vectorised passes over a row of logits.</summary>
internal static class VectorMath
{
    /// <summary>Returns the largest value; NaN if any value is NaN, minus infinity for an empty row.</summary>
    public static float Max(ReadOnlySpan<float> values)
    {
        var largest = new Vector<float>(float.NegativeInfinity);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
        {
            largest = Vector.Max(largest, vector);      // propagates NaN
        }

        var result = float.NegativeInfinity;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            result = MathF.Max(result, largest[lane]);
        }

        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            result = MathF.Max(result, value);
        }

        return result;
    }

    /// <summary>Returns the index of the first value that is NaN or infinite, or -1.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        // x - x is 0 exactly for finite x; a NaN in the sum never goes away.
        var sum = Vector<float>.Zero;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
        {
            sum += vector - vector;
        }

        var start = sum == Vector<float>.Zero ? vectors.Length * Vector<float>.Count : 0;
        for (var index = start; index < values.Length; index++)
        {
            if (!float.IsFinite(values[index]))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>
    /// Writes <c>exp(value - shift)</c> for each value and returns the sum, added in double precision.
    /// </summary>
    /// <param name="values">The exponents, none NaN.</param>
    /// <param name="shift">Their maximum, so that nothing overflows.</param>
    /// <param name="exponentials">
    /// Where the results go, as long as <paramref name="values"/>; may be the same memory.
    /// </param>
    public static double Exp(ReadOnlySpan<float> values, float shift, Span<float> exponentials)
    {
        var source = MemoryMarshal.Cast<float, Vector<float>>(values);
        var target = MemoryMarshal.Cast<float, Vector<float>>(exponentials[..values.Length]);
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        for (var index = 0; index < source.Length; index++)
        {
            var exponential = Vector.Exp(source[index] - new Vector<float>(shift));
            target[index] = exponential;
            Vector.Widen(exponential, out var first, out var second);
            low += first;
            high += second;
        }

        // The rest goes through the same vector function, so that equal logits get equal weights wherever they stand.
        var start = source.Length * Vector<float>.Count;
        Span<float> padded = stackalloc float[Vector<float>.Count];
        padded.Fill(float.NegativeInfinity);
        values[start..].CopyTo(padded);
        Vector.Exp(new Vector<float>(padded) - new Vector<float>(shift)).CopyTo(padded);
        padded[..(values.Length - start)].CopyTo(exponentials[start..]);
        var sum = Vector.Sum(low + high);
        foreach (var exponential in padded[..(values.Length - start)])
        {
            sum += exponential;
        }

        return sum;
    }

    /// <summary>
    /// Multiplies each value, after <paramref name="shift"/> is taken away, by <paramref name="factor"/>, in place.
    /// </summary>
    public static void ShiftAndScale(Span<float> values, float shift, float factor)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (ref var vector in vectors)
        {
            vector = (vector - new Vector<float>(shift)) * factor;
        }

        foreach (ref var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            value = (value - shift) * factor;
        }
    }
}
