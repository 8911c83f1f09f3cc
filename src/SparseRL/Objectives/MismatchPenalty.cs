namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>
/// Ours, not the paper's: k3 of KL(π_sp ‖ π_θ) on the sampler's own tokens, exp(d) − 1 − d with d = ln π_θ − ln π_sp. ξ is a constant, so
/// the paper's surrogate never rewards a small mismatch; this does. Unbiased, as the tokens are drawn from π_sp.
/// </summary>
public static class MismatchPenalty
{
    /// <summary>Computes the penalty of a token, bounded to 10.</summary>
    /// <param name="current">ln π_θ.</param>
    /// <param name="sparse">ln π_sp.</param>
    public static LossTerm Of(double current, double sparse)
    {
        var term = KlEstimator.LowVarKl(sparse - current);      // exp(−r) − 1 + r with r = −d
        return term with { Slope = -term.Slope };
    }
}
