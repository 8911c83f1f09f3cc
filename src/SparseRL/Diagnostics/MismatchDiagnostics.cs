using LlmEfficiency.SparseRL.Checks;
using LlmEfficiency.SparseRL.Corrections;

namespace LlmEfficiency.SparseRL.Diagnostics;

/// <summary>How far the sparse sampler of a rollout batch is from the dense policy, and what the correction did.</summary>
/// <remarks>
/// All ratios are ξ before truncation and normalisation, over the tokens that count, rejected responses included: the same number means the
/// same under each objective. What is no number is left out and counted.
/// </remarks>
public static class MismatchDiagnostics
{
    /// <summary>Below this ratio a token is catastrophic, whether or not the objective rejects.</summary>
    private const double Catastrophic = 1e-4;

    /// <summary>Below this ratio a token is about to be catastrophic.</summary>
    private const double Low = 10 * Catastrophic;

    /// <summary>Upper end of the window of fractions; the lower one is its inverse.</summary>
    private const double Window = 2;

    /// <summary>Lists the diagnostics in a fixed order.</summary>
    /// <param name="batch">The responses.</param>
    /// <param name="corrected">What the correction made of them.</param>
    public static IReadOnlyList<KeyValuePair<string, double>> Of(
        IReadOnlyList<SequenceLogProbabilities> batch, CorrectedBatch corrected)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(corrected);
        Lengths.RequireEqual(corrected.Sequences.Count, batch.Count, nameof(corrected));
        var finite = batch.Where(sequence => sequence.Tokens > 0 && sequence.IsFinite()).ToArray();
        return
        [
            .. OfRatios(new RatioSample(finite)),
            .. OfResponses(finite),
            .. OfCorrection(corrected.Counts),
            new("rollout_corr/exact_token_fraction", Share(batch.Sum(ExactTokens), corrected.Counts.Tokens)),
        ];
    }

    private static IEnumerable<KeyValuePair<string, double>> OfRatios(RatioSample sample)
    {
        var (mean, square) = (sample.Mean(RatioSample.Ratio), sample.Mean(d => Math.Pow(RatioSample.Ratio(d), 2)));
        yield return new(MismatchMetrics.Kl, sample.Mean(d => -d));
        yield return new(MismatchMetrics.K3Kl, sample.Mean(K3));
        yield return new("rollout_corr/logprob_abs_diff", sample.Mean(Math.Abs));
        yield return new(MismatchMetrics.RatioMean, mean);
        yield return new(MismatchMetrics.RatioStd, Math.Sqrt(sample.Mean(d => Math.Pow(RatioSample.Ratio(d) - mean, 2))));
        yield return new(MismatchMetrics.RatioMin, sample.Min);
        yield return new(MismatchMetrics.RatioQ01, sample.Quantile(0.01));
        yield return new(MismatchMetrics.RatioQ05, sample.Quantile(0.05));
        yield return new(MismatchMetrics.RatioMax, sample.Max);
        yield return new(MismatchMetrics.EffectiveSampleSize, 1 / sample.Mean(d => Math.Pow(RatioSample.Ratio(d) / mean, 2)));
        yield return new("rollout_corr/rollout_is_ratio_fraction_high", sample.Mean(d => d > Math.Log(Window) ? 1 : 0));
        yield return new("rollout_corr/rollout_is_ratio_fraction_low", sample.Mean(d => d < -Math.Log(Window) ? 1 : 0));
        yield return new("rollout_corr/catastrophic_token_fraction", sample.Mean(d => d < Math.Log(Catastrophic) ? 1 : 0));
        yield return new(MismatchMetrics.Chi2Token, square - 1);
    }

    private static IEnumerable<KeyValuePair<string, double>> OfResponses(SequenceLogProbabilities[] batch)
    {
        var responses = batch
            .Select(sequence => (Old: MeanLogProbability(sequence, dense: true), Sparse: MeanLogProbability(sequence, dense: false)))
            .ToArray();
        yield return new("rollout_corr/chi2_seq", Mean(batch, SquaredProduct, 1) - 1);
        yield return new("rollout_corr/catastrophic_seq_fraction", ShareBelow(batch, Catastrophic));
        yield return new(MismatchMetrics.LowRatioRate, ShareBelow(batch, Low));
        yield return new("rollout_corr/training_ppl", Mean(responses, response => Math.Exp(-response.Old), 1));
        yield return new("rollout_corr/rollout_ppl", Mean(responses, response => Math.Exp(-response.Sparse), 1));
        yield return new("rollout_corr/log_ppl_diff", Mean(responses, response => response.Sparse - response.Old, 0));
        yield return new("rollout_corr/log_ppl_abs_diff", Mean(responses, response => Math.Abs(response.Sparse - response.Old), 0));
    }

    private static IEnumerable<KeyValuePair<string, double>> OfCorrection(CorrectionCounts counts)
    {
        yield return new(MismatchMetrics.RejectionRate, Share(counts.Rejected, counts.Sequences));
        yield return new(MismatchMetrics.NonFinite, Share(counts.NonFinite, counts.Sequences));
        yield return new("rollout_corr/rs_masked_fraction", Share(counts.MaskedTokens, counts.Tokens));
        yield return new("rollout_corr/rs_seq_masked_fraction", Share(counts.MaskedSequences, counts.Sequences));
        yield return new("rollout_corr/truncate_fraction", Share(counts.TruncatedTokens, counts.Tokens));
        yield return new("rollout_corr/rollout_is_batch_norm_factor", counts.Normalizer);
    }

    // ξ − 1 − ln ξ, bounded as all ratios are
    private static double K3(double logRatio)
    {
        var bounded = Math.Clamp(logRatio, -RatioSample.LogBound, RatioSample.LogBound);
        return Math.Exp(bounded) - 1 - bounded;
    }

    private static double ShareBelow(SequenceLogProbabilities[] batch, double bound) =>
        Mean(batch, sequence => SparsityRejection.Rejects(sequence, bound) ? 1 : 0, 0);

    private static double SquaredProduct(SequenceLogProbabilities sequence) =>
        Math.Pow(RatioSample.Ratio(ImportanceRatio.LogOfSequence(sequence)), 2);

    private static double MeanLogProbability(SequenceLogProbabilities sequence, bool dense)
    {
        var sum = 0.0;
        for (var token = 0; token < sequence.Length; token++)
        {
            sum += !sequence.Counts(token) ? 0 : dense ? sequence.Old[token] : sequence.Sparse(token);
        }

        return sum / sequence.Tokens;
    }

    private static long ExactTokens(SequenceLogProbabilities sequence) =>
        Enumerable.Range(0, sequence.ExactTokens).Count(sequence.Counts);

    private static double Mean<T>(IReadOnlyCollection<T> items, Func<T, double> value, double ofNone) =>
        items.Count == 0 ? ofNone : items.Average(value);

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
