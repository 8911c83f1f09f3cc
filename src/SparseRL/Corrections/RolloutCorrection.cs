namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>
/// Makes weights and masks of a whole rollout batch: bound the logarithm, weigh, truncate, normalise, then reject. Rejection edits masks
/// only and sees ratios before truncation.
/// </summary>
public static class RolloutCorrection
{
    /// <summary>Least mean by which weights are divided: a smaller one leaves them as they are.</summary>
    private const double LeastNormalizer = 1e-8;

    /// <summary>Corrects a batch.</summary>
    /// <param name="batch">All responses of the rollout.</param>
    /// <param name="settings">How.</param>
    public static CorrectedBatch Of(IReadOnlyList<SequenceLogProbabilities> batch, CorrectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(settings);
        var truncated = 0L;
        var weights = new double[batch.Count][];
        for (var i = 0; i < batch.Count; i++)
        {
            weights[i] = Weights(batch[i], settings, ref truncated);
        }

        var normalizer = settings is { RolloutIs: { } level, RolloutIsBatchNormalize: true } ? Normalizer(batch, weights, level) : 1;
        var corrected = new CorrectedSequence[batch.Count];
        for (var i = 0; i < batch.Count; i++)
        {
            Divide(weights[i], normalizer);
            var rejects = Rejects(batch[i], settings);
            corrected[i] = new CorrectedSequence(weights[i], Kept(batch[i], settings, rejects), rejects);
        }

        return new CorrectedBatch(corrected, Count(batch, corrected, truncated, normalizer));
    }

    /// <summary>Returns the weights of a response, truncated: min(ξ, threshold), 0 for what does not count, 1 without weights.</summary>
    private static double[] Weights(SequenceLogProbabilities sequence, CorrectionSettings settings, ref long truncated)
    {
        var weights = new double[sequence.Length];
        var whole = settings.RolloutIs is { } level and not RatioLevel.Token ? ImportanceRatio.LogOf(level, sequence, 0) : (double?)null;
        for (var token = 0; token < weights.Length; token++)
        {
            if (!sequence.Counts(token))
            {
                continue;
            }

            var ratio = settings.RolloutIs is null ? 1 : ImportanceRatio.Of(whole ?? sequence.LogRatio(token), settings.LogRatioClamp);
            truncated += settings.RolloutIs is not null && ratio > settings.RolloutIsThreshold ? 1 : 0;
            weights[token] = settings.RolloutIs is null ? 1 : Math.Min(ratio, settings.RolloutIsThreshold ?? double.PositiveInfinity);
        }

        return weights;
    }

    /// <summary>Returns the mean weight: over tokens, or over responses where a response has one weight. Rejection comes later.</summary>
    private static double Normalizer(IReadOnlyList<SequenceLogProbabilities> batch, double[][] weights, RatioLevel level)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Tokens == 0 || !batch[i].IsFinite())
            {
                continue;
            }

            sum += level == RatioLevel.Token ? weights[i].Sum() : weights[i].Max();
            count += level == RatioLevel.Token ? batch[i].Tokens : 1;
        }

        return count > 0 && sum / count > LeastNormalizer ? sum / count : 1;
    }

    private static void Divide(double[] weights, double normalizer)
    {
        for (var token = 0; token < weights.Length; token++)
        {
            weights[token] /= normalizer;
        }
    }

    private static bool Rejects(SequenceLogProbabilities sequence, CorrectionSettings settings) =>
        !sequence.IsFinite()
        || (settings.RolloutTokenVetoThreshold is { } veto && SparsityRejection.Rejects(sequence, veto))
        || (settings.RolloutRs is { } level and not RatioLevel.Token
            && sequence.Tokens > 0
            && !IsInWindow(ImportanceRatio.LogOf(level, sequence, 0), settings));

    private static bool[] Kept(SequenceLogProbabilities sequence, CorrectionSettings settings, bool rejects)
    {
        var kept = new bool[sequence.Length];
        for (var token = 0; token < kept.Length && !rejects; token++)
        {
            kept[token] = sequence.Counts(token)
                && (settings.RolloutRs != RatioLevel.Token || IsInWindow(sequence.LogRatio(token), settings));
        }

        return kept;
    }

    private static bool IsInWindow(double logRatio, CorrectionSettings settings)
    {
        var ratio = ImportanceRatio.Of(logRatio, settings.LogRatioClamp);
        return ratio >= settings.WindowLow && ratio <= settings.RolloutRsThreshold;
    }

    private static CorrectionCounts Count(
        IReadOnlyList<SequenceLogProbabilities> batch, CorrectedSequence[] corrected, long truncated, double normalizer)
    {
        var pairs = batch.Zip(corrected).ToArray();
        return new CorrectionCounts(
            corrected.Length,
            corrected.Count(sequence => sequence.IsRejected),
            batch.Count(sequence => !sequence.IsFinite()),
            pairs.Count(pair => pair.Second.KeptTokens < pair.First.Tokens),
            batch.Sum(sequence => (long)sequence.Tokens),
            pairs.Sum(pair => (long)(pair.First.Tokens - pair.Second.KeptTokens)),
            truncated,
            normalizer);
    }
}
