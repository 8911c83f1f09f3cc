using System.Globalization;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>A mean over independent runs with its 95 % interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half the width of Student's interval; NaN for a single run.</param>
public readonly record struct MeanInterval(double Mean, double HalfWidth)
{
    private const double UpperTail = 0.975;

    /// <summary>Returns the mean of values, and how far it is known.</summary>
    /// <param name="values">One value a run, taken as normally distributed.</param>
    public static MeanInterval Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var halfWidth = all.Length < 2
            ? double.NaN
            : StudentT.InvCDF(0, 1, all.Length - 1, UpperTail) * all.StandardDeviation() / Math.Sqrt(all.Length);
        return new MeanInterval(all.Mean(), halfWidth);
    }

    /// <summary>Returns mean and half width, divided by a comma.</summary>
    public string ToCsv() => string.Create(CultureInfo.InvariantCulture, $"{Mean:0.####},{HalfWidth:0.####}");
}
