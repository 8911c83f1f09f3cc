namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>Sparsity-aware rejection: m = 1 if min_t ξ_t ≥ ε, else 0. A test of tokens that decides over the whole response.</summary>
public static class SparsityRejection
{
    /// <summary>Returns whether a response is rejected: one of its tokens is below the threshold.</summary>
    /// <param name="sequence">The response; tokens that do not count cannot reject it.</param>
    /// <param name="threshold">ε; a ratio equal to it is kept.</param>
    public static bool Rejects(SequenceLogProbabilities sequence, double threshold)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        for (var token = 0; token < sequence.Length; token++)
        {
            if (sequence.Counts(token) && Rejects(sequence.LogRatio(token), threshold))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns whether a token rejects its response.</summary>
    /// <param name="logRatio">ln ξ; −∞ rejects.</param>
    /// <param name="threshold">ε.</param>
    public static bool Rejects(double logRatio, double threshold) => logRatio < Math.Log(threshold);
}
