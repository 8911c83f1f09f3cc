using LlmEfficiency.SparseRL.Checks;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>By what a response's summed token losses are multiplied, so that the sum over responses is a mini-batch's loss.</summary>
/// <remarks>
/// Within a response the mean is over the tokens that are kept. In the batch's divisor what was rejected still counts, as in the paper and
/// its code: a rejection shrinks the step and does not re-scale the others. With <c>renormalize</c> it does not count.
/// </remarks>
public static class LossAggregation
{
    /// <summary>Computes the scale of each response.</summary>
    /// <param name="mode">How losses are aggregated.</param>
    /// <param name="tokens">Tokens of each response that count, before any rejection.</param>
    /// <param name="kept">Tokens of each response that have a loss.</param>
    /// <param name="longest">Most tokens of a response, the constant of <see cref="LossAggMode.SeqMeanTokenSumNorm"/>.</param>
    /// <param name="renormalize">Whether the batch's divisor counts only what is kept.</param>
    /// <returns>0 for responses without a kept token, so that a batch that is rejected whole has the loss 0.</returns>
    public static double[] Scales(
        LossAggMode mode, ReadOnlySpan<int> tokens, ReadOnlySpan<int> kept, int longest, bool renormalize)
    {
        Lengths.RequireEqual(kept.Length, tokens.Length, nameof(kept));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        var (sequences, total) = Divisors(renormalize ? kept : tokens, countsEmpty: !renormalize);
        var scales = new double[tokens.Length];
        for (var i = 0; i < scales.Length; i++)
        {
            scales[i] = kept[i] == 0 ? 0 : 1 / mode switch
            {
                LossAggMode.TokenMean => total,
                LossAggMode.SeqMeanTokenSum => sequences,
                LossAggMode.SeqMeanTokenSumNorm => sequences * longest,
                _ => sequences * kept[i],
            };
        }

        return scales;
    }

    private static (double Sequences, double Tokens) Divisors(ReadOnlySpan<int> counted, bool countsEmpty)
    {
        var (sequences, total) = (0.0, 0.0);
        foreach (var count in counted)
        {
            sequences += count > 0 || countsEmpty ? 1 : 0;
            total += count;
        }

        return (sequences, total);
    }
}
