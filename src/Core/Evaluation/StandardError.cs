using LlmEfficiency.Core.Sampling;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>How far a measured number may be from the true one: the standard deviation of the measurement.</summary>
public static class StandardError
{
    /// <summary>
    /// Returns the standard error of a mean: the sample's deviation (divisor n - 1) over √n; NaN below two values.
    /// </summary>
    /// <param name="values">Independent measurements.</param>
    public static double Mean(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count < 2)
        {
            return double.NaN;
        }

        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return Math.Sqrt(squares / (values.Count - 1) / values.Count);
    }

    /// <summary>Returns √(p (1 - p) / n), the standard error of a share of successes.</summary>
    /// <param name="successes">How many trials succeeded.</param>
    /// <param name="count">How many trials there were, at least one.</param>
    public static double Binomial(long successes, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, count);
        var share = (double)successes / count;
        return Math.Sqrt(share * (1 - share) / count);
    }

    /// <summary>Returns the standard error of the difference of two means over the same examples.</summary>
    /// <param name="first">One measurement an example.</param>
    /// <param name="second">Another measurement of the same examples, in their order.</param>
    public static double PairedDifference(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Count, first.Count, nameof(second));
        return Mean([.. first.Zip(second, (one, other) => one - other)]);
    }

    /// <summary>
    /// Returns the standard error of Σ numerators / Σ denominators, where each pair belongs to one independent unit
    /// such as a document: √(n / (n - 1) · Σ (aᵢ - r bᵢ)²) / Σ bᵢ; NaN below two units.
    /// </summary>
    /// <param name="numerators">One a unit.</param>
    /// <param name="denominators">One a unit, of positive sum.</param>
    public static double Ratio(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators)
    {
        ArgumentNullException.ThrowIfNull(numerators);
        ArgumentNullException.ThrowIfNull(denominators);
        ArgumentOutOfRangeException.ThrowIfNotEqual(denominators.Count, numerators.Count, nameof(denominators));
        var (count, total) = (numerators.Count, denominators.Sum());
        var ratio = numerators.Sum() / total;
        var squares = numerators.Zip(denominators, (one, other) => one - (ratio * other)).Sum(rest => rest * rest);
        return count < 2 ? double.NaN : Math.Sqrt(squares * count / (count - 1)) / total;
    }

    /// <summary>
    /// Returns the deviation of a statistic over samples drawn with replacement; for what has no formula.
    /// </summary>
    /// <param name="values">Independent measurements, at least one.</param>
    /// <param name="statistic">Computed from as many values as there are.</param>
    /// <param name="seed">Another seed draws other samples.</param>
    /// <param name="replicates">How many samples are drawn, at least two.</param>
    public static double Bootstrap(
        IReadOnlyList<double> values,
        Func<IReadOnlyList<double>, double> statistic,
        ulong seed = 0,
        int replicates = 1000)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        ArgumentOutOfRangeException.ThrowIfLessThan(replicates, 2);
        var sample = new double[values.Count];
        var found = new double[replicates];
        for (var replicate = 0; replicate < replicates; replicate++)
        {
            var random = new SequenceRandom(seed, (ulong)replicate);
            for (var draw = 0; draw < sample.Length; draw++)
            {
                sample[draw] = values[(int)(random.Uniform(draw) * values.Count)];
            }

            found[replicate] = statistic(sample);
        }

        return Mean(found) * Math.Sqrt(replicates);
    }
}
