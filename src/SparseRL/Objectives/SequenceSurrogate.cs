namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>
/// GSPO: one ratio for a response, s = exp(mean_t (ln π_θ − ln π_old)), clipped as PPO clips a token's. The ratio needs all tokens of the
/// response; given it, the derivative by each token's log-probability is d loss / d ln s over the number of tokens.
/// </summary>
public static class SequenceSurrogate
{
    /// <summary>Returns ln s of a response; 0 where no token is kept.</summary>
    /// <param name="current">ln π_θ of all its tokens.</param>
    /// <param name="old">ln π_old of all its tokens.</param>
    /// <param name="kept">Which of them have a loss.</param>
    public static double LogRatio(ReadOnlySpan<float> current, ReadOnlySpan<float> old, ReadOnlySpan<bool> kept)
    {
        var (sum, count) = (0.0, 0);
        for (var token = 0; token < kept.Length; token++)
        {
            sum += kept[token] ? (double)current[token] - old[token] : 0;
            count += kept[token] ? 1 : 0;
        }

        return sum / Math.Max(count, 1);
    }
}
