using LlmEfficiency.SparseRL.Corrections;

namespace LlmEfficiency.SparseRL.Diagnostics;

/// <summary>ln ξ of all tokens that count of a rollout batch, and its moments.</summary>
internal sealed class RatioSample
{
    /// <summary>Bound of logarithms under an exponential.</summary>
    internal const double LogBound = 20;

    private readonly double[] _sorted;

    /// <summary>Collects the tokens of responses whose log-probabilities are numbers; without any it is one of ξ = 1.</summary>
    public RatioSample(IEnumerable<SequenceLogProbabilities> batch)
    {
        _sorted =
        [
            .. batch.SelectMany(sequence => Enumerable.Range(0, sequence.Length).Where(sequence.Counts).Select(sequence.LogRatio))
                .DefaultIfEmpty(0),
        ];
        Array.Sort(_sorted);
    }

    /// <summary>Gets the least ξ.</summary>
    public double Min => Ratio(_sorted[0]);

    /// <summary>Gets the greatest ξ.</summary>
    public double Max => Ratio(_sorted[^1]);

    /// <summary>Returns ξ with its logarithm bounded to ±20, so that moments are numbers.</summary>
    public static double Ratio(double logRatio) => Math.Exp(Math.Clamp(logRatio, -LogBound, LogBound));

    /// <summary>Returns the mean of a function of ln ξ.</summary>
    public double Mean(Func<double, double> function) => _sorted.Average(function);

    /// <summary>Returns the quantile of ξ, between two tokens on the line through them.</summary>
    public double Quantile(double share)
    {
        var place = share * (_sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var (low, high) = (Ratio(_sorted[below]), Ratio(_sorted[Math.Min(below + 1, _sorted.Length - 1)]));
        return low + ((high - low) * (place - below));
    }
}
