namespace LlmEfficiency.SparseRL.Diagnostics;

/// <summary>Names of the diagnostics that rules look at; verl's where verl has the number.</summary>
public static class MismatchMetrics
{
    /// <summary>k1: mean of ln π_sp − ln π_old.</summary>
    public const string Kl = "rollout_corr/kl";

    /// <summary>k3: mean of ξ − 1 − ln ξ.</summary>
    public const string K3Kl = "rollout_corr/k3_kl";

    /// <summary>Mean of ξ; 1 in expectation as long as the sampler can draw what the dense policy can.</summary>
    public const string RatioMean = "rollout_corr/rollout_is_mean";

    /// <summary>Standard deviation of ξ.</summary>
    public const string RatioStd = "rollout_corr/rollout_is_std";

    /// <summary>Least ξ.</summary>
    public const string RatioMin = "rollout_corr/rollout_is_min";

    /// <summary>Greatest ξ.</summary>
    public const string RatioMax = "rollout_corr/rollout_is_max";

    /// <summary>1 % quantile of ξ.</summary>
    public const string RatioQ01 = "rollout_corr/rollout_is_q01";

    /// <summary>5 % quantile of ξ.</summary>
    public const string RatioQ05 = "rollout_corr/rollout_is_q05";

    /// <summary>Effective sample size as a share: 1 / mean((ξ / mean ξ)²).</summary>
    public const string EffectiveSampleSize = "rollout_corr/rollout_is_eff_sample_size";

    /// <summary>Mean of ξ² − 1 over tokens.</summary>
    public const string Chi2Token = "rollout_corr/chi2_token";

    /// <summary>Share of responses rejected whole.</summary>
    public const string RejectionRate = "rollout_corr/rejection_rate";

    /// <summary>Share of responses with a token of ξ below 1e-3, ten times the usual bound of rejection, whether or not the objective rejects.</summary>
    public const string LowRatioRate = "rollout_corr/low_ratio_seq_fraction";

    /// <summary>Share of responses with a log-probability that is no number.</summary>
    public const string NonFinite = "rollout_corr/nonfinite_seq_fraction";
}
