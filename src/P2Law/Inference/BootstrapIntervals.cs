using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>Intervals from repeated values.</summary>
public static class BootstrapIntervals
{
    /// <summary>The quantiles of the values that leave out the same part at each end.</summary>
    /// <param name="values">The values; infinite ones count, NaN do not.</param>
    /// <param name="level">The confidence, for example 0.95.</param>
    public static ParameterInterval Percentile(IEnumerable<double> values, double level = 0.95) =>
        Between(Sorted(values), (1 - level) / 2, (1 + level) / 2);

    /// <summary>Percentiles that are corrected for bias and for a variance that depends on the value (BCa).</summary>
    /// <remarks>Efron 1987. The acceleration is that of the fits without each run.</remarks>
    /// <param name="values">The values of the draws.</param>
    /// <param name="estimate">The value of all rows.</param>
    /// <param name="leftOut">The values without each run.</param>
    /// <param name="level">The confidence.</param>
    public static ParameterInterval Accelerated(
        IEnumerable<double> values, double estimate, IReadOnlyList<double> leftOut, double level = 0.95)
    {
        var sorted = Sorted(values);
        var below = sorted.Count(value => value < estimate) + (0.5 * sorted.Count(value => value == estimate));
        var bias = Normal.InvCDF(0, 1, Math.Clamp(below / sorted.Length, 0.5 / sorted.Length, 1 - (0.5 / sorted.Length)));
        var mean = leftOut.DefaultIfEmpty(estimate).Average();
        var square = leftOut.Sum(value => Math.Pow(mean - value, 2));
        var acceleration = square > 0 ? leftOut.Sum(value => Math.Pow(mean - value, 3)) / (6 * Math.Pow(square, 1.5)) : 0;
        return Between(sorted, Corrected((1 - level) / 2), Corrected((1 + level) / 2));

        double Corrected(double part)
        {
            var shifted = bias + Normal.InvCDF(0, 1, part);
            return Normal.CDF(0, 1, bias + (shifted / (1 - (acceleration * shifted))));
        }
    }

    private static double[] Sorted(IEnumerable<double> values) => [.. values.Where(value => !double.IsNaN(value)).Order()];

    private static ParameterInterval Between(double[] sorted, double lower, double upper) => sorted.Length == 0
        ? new ParameterInterval(double.NaN, double.NaN)
        : new ParameterInterval(Quantile(sorted, lower), Quantile(sorted, upper));

    // An interpolation between a number and infinity is infinite, not NaN.
    private static double Quantile(double[] sorted, double part)
    {
        var value = SortedArrayStatistics.QuantileCustom(sorted, part, QuantileDefinition.R7);
        return double.IsNaN(value) ? sorted[(int)Math.Round(part * (sorted.Length - 1))] : value;
    }
}
