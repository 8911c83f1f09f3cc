using System.Buffers;

namespace LlmEfficiency.Core.Sampling;

/// <summary>Finds where the largest values of a row end, without sorting the row.</summary>
internal static class PartialSelection
{
    private const int BlockSize = 64;

    /// <summary>Returns the <paramref name="rank"/>-th largest value, counted from 1.</summary>
    /// <remarks>
    /// The rank-th largest of the blocks' maxima is a lower bound, so only blocks that reach it are looked at again:
    /// for small ranks the cost is one vectorised pass.
    /// </remarks>
    public static float NthLargest(ReadOnlySpan<float> values, int rank)
    {
        var blocks = (values.Length + BlockSize - 1) / BlockSize;
        var rented = ArrayPool<float>.Shared.Rent(values.Length + blocks);
        try
        {
            var kept = 0;
            if (rank < blocks)
            {
                var maxima = rented.AsSpan(values.Length, blocks);
                for (var block = 0; block < blocks; block++)
                {
                    maxima[block] = VectorMath.Max(Block(values, block));
                }

                maxima.CopyTo(rented);
                var bound = Cut(rented.AsSpan(0, blocks), _ => 1, rank).Value;
                for (var block = 0; block < blocks; block++)
                {
                    kept = maxima[block] >= bound ? Gather(Block(values, block), bound, rented, kept) : kept;
                }
            }
            else
            {
                values.CopyTo(rented);
                kept = values.Length;
            }

            return Cut(rented.AsSpan(0, kept), _ => 1, rank).Value;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Finds the smallest set of largest weights whose sum reaches <paramref name="mass"/>.</summary>
    /// <param name="weights">Weights of 0 or more; the largest is 1.</param>
    /// <param name="mass">What the sum must reach; above 0.</param>
    /// <returns>The smallest weight that belongs to the set, and how many of the weights equal to it do.</returns>
    public static (float Least, int Ties) Nucleus(ReadOnlySpan<float> weights, double mass)
    {
        const float Likely = 1f / 1024;
        var rented = ArrayPool<float>.Shared.Rent(weights.Length);
        try
        {
            var kept = Gather(weights, Likely, rented, 0);
            double sum = 0;
            foreach (var weight in rented.AsSpan(0, kept))
            {
                sum += weight;
            }

            kept = sum >= mass ? kept : Gather(weights, float.Epsilon, rented, 0);
            var (value, before) = Cut(rented.AsSpan(0, kept), weight => weight, mass);
            return (value, Math.Max(1, (int)Math.Min(int.MaxValue, Math.Ceiling((mass - before) / value))));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    // Quickselect by mass, from the largest value down; reorders the values. Returns the value at which the mass of
    // all values at least as large reaches the target (else the smallest value) and the mass of the larger ones.
    private static (float Value, double Before) Cut(Span<float> values, Func<float, double> massOf, double target)
    {
        double before = 0;
        while (true)
        {
            var pivot = MedianOfThree(values[0], values[values.Length / 2], values[^1]);
            var (larger, equal, largerMass) = Partition(values, pivot, massOf);
            var equalMass = massOf(pivot) * equal;
            if (larger > 0 && before + largerMass >= target)
            {
                values = values[..larger];
            }
            else if (before + largerMass + equalMass >= target || larger + equal == values.Length)
            {
                return (pivot, before + largerMass);
            }
            else
            {
                before += largerMass + equalMass;
                values = values[(larger + equal)..];
            }
        }
    }

    // [larger | equal | smaller]
    private static (int Larger, int Equal, double LargerMass) Partition(
        Span<float> values, float pivot, Func<float, double> massOf)
    {
        var (larger, next, end) = (0, 0, values.Length);
        double mass = 0;
        while (next < end)
        {
            var value = values[next];
            if (value > pivot)
            {
                mass += massOf(value);
                values[next++] = values[larger];
                values[larger++] = value;
            }
            else if (value < pivot)
            {
                values[next] = values[--end];
                values[end] = value;
            }
            else
            {
                next++;
            }
        }

        return (larger, next - larger, mass);
    }

    private static float MedianOfThree(float a, float b, float c) =>
        MathF.Max(MathF.Min(a, b), MathF.Min(MathF.Max(a, b), c));

    private static ReadOnlySpan<float> Block(ReadOnlySpan<float> values, int block) =>
        values.Slice(block * BlockSize, Math.Min(BlockSize, values.Length - (block * BlockSize)));

    private static int Gather(ReadOnlySpan<float> values, float least, Span<float> kept, int count)
    {
        foreach (var value in values)
        {
            if (value >= least)
            {
                kept[count++] = value;
            }
        }

        return count;
    }
}
