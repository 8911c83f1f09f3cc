using LlmEfficiency.Core.Reports;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Diagnostics;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>What a report on reinforcement learning shows first.</summary>
public static class RlCharts
{
    /// <summary>Gets the charts from top to bottom.</summary>
    public static IReadOnlyList<MetricChart> All { get; } =
    [
        new("Reward", "mean reward of an iteration", [new("reward", IsNoisy: true)]),
        new("Accuracy, greedy", "share of right answers ± standard error", [new("eval/*/greedy", "*")]),
        new("Accuracy, sampled", "share of right answers ± standard error", [new("eval/*/avg@*", "*, mean"), new("eval/*/pass@*", "*, best")]),
        new("Rejected responses", "share", [new(MismatchMetrics.RejectionRate, "rejected", IsNoisy: true), new(MismatchMetrics.LowRatioRate, "a token's ξ below 1e-3", IsNoisy: true)]),
        new("Mismatch of sampler and policy", "k3 (nats a token)", [new(MismatchMetrics.K3Kl, IsNoisy: true)]) { IsYLogarithmic = true },
        new("Importance ratio ξ", "π_old / π_sp of a token",
        [
            new(MismatchMetrics.RatioMax, "greatest"), new(MismatchMetrics.RatioMean, "mean"), new(MismatchMetrics.RatioQ05, "5 % quantile"),
            new(MismatchMetrics.RatioQ01, "1 % quantile"), new(MismatchMetrics.RatioMin, "least"),
        ])
        { IsYLogarithmic = true },
        new("Effective sample size", "share of tokens", [new(MismatchMetrics.EffectiveSampleSize, IsNoisy: true)]),
        new("Entropy", "nats a token", [new("entropy", IsNoisy: true)]),
        new("Response length", "tokens",
            [new("completions/max_length", "longest"), new("completions/mean_length", "mean"), new("completions/min_length", "shortest")]),
        new("Unfinished responses and groups of equal rewards", "share",
            [new("completions/clipped_ratio", "unfinished", IsNoisy: true), new("frac_reward_zero_std", "equal rewards", IsNoisy: true)]),
        new("Gradient norm", "norm before clipping",
        [
            new(MetricNames.GradientNorm, "mean of the updates", IsNoisy: true), new(MetricNames.GradientNorm + "_max", "greatest", IsNoisy: true),
        ])
        { IsYLogarithmic = true },
        new("Key/value cache", "bytes at most",
        [
            new("rollout/kv_peak" + MetricNames.BytesSuffix, "rollouts"), new("eval/*/kv" + MetricNames.BytesSuffix, "evaluation, *"),
        ]),
        new("Kept share of the cache", "entries over those of a full cache",
            [new("rollout/kept_ratio", "rollouts"), new("eval/*/kept_ratio", "evaluation, *")]),
    ];
}
