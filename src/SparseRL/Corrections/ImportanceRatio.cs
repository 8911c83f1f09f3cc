namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>ξ = π_old / π_sp, the mismatch between dense policy and sparse sampler: a constant, without gradient.</summary>
public static class ImportanceRatio
{
    /// <summary>Greatest logarithm whose ratio is still a number.</summary>
    private const double Greatest = 700;

    /// <summary>Returns the ratio of a logarithm that is first bounded to ±<paramref name="clamp"/>.</summary>
    /// <param name="logRatio">ln ξ.</param>
    /// <param name="clamp">The bound; null for none.</param>
    public static double Of(double logRatio, double? clamp) => Math.Exp(Clamp(logRatio, clamp));

    /// <summary>Returns ln ∏ ξ_t over the tokens that count: the sum of logarithms, never the sum of ratios.</summary>
    public static double LogOfSequence(SequenceLogProbabilities sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var sum = 0.0;
        for (var token = 0; token < sequence.Length; token++)
        {
            sum += sequence.Counts(token) ? sequence.LogRatio(token) : 0;
        }

        return sum;
    }

    /// <summary>Returns the logarithm of the geometric mean of ξ_t over the tokens that count; 0 where none does.</summary>
    public static double LogOfGeometricMean(SequenceLogProbabilities sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return LogOfSequence(sequence) / Math.Max(sequence.Tokens, 1);
    }

    /// <summary>Returns ln ξ of a token on a level: its own, or its response's.</summary>
    public static double LogOf(RatioLevel level, SequenceLogProbabilities sequence, int token)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return level switch
        {
            RatioLevel.Token => sequence.LogRatio(token),
            RatioLevel.Sequence => LogOfSequence(sequence),
            _ => LogOfGeometricMean(sequence),
        };
    }

    private static double Clamp(double value, double? bound) =>
        bound is { } b ? Math.Clamp(value, -b, b) : Math.Min(value, Greatest);
}
