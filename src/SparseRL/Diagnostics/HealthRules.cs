using LlmEfficiency.Core.Runs;
namespace LlmEfficiency.SparseRL.Diagnostics;

/// <summary>Reads from the metrics of a run what goes wrong, and says what to change.</summary>
public static class HealthRules
{
    private const string LessCompression = "raise the cache's budget, or take another compressor (r-kv keeps closest to dense)";
    private const string OtherCut = LessCompression + ", or shift budget or interval by a few tokens";
    private const string SmallerSteps = "lower the learning rate, or take fewer minibatches of a rollout";
    private const string LessDrift = LessCompression + ", or lower the learning rate";
    private const string LessVariance = LessCompression + ", or set rollout_is_threshold";
    private const string MoreExploration = "raise clip_ratio_high above clip_ratio_low (0.28), or lower the learning rate";

    private static readonly HealthRule[] All =
    [
        Above(
            "rejection", MismatchMetrics.RejectionRate, 0.1,
            "many rollouts are thrown away and shrink the step",
            OtherCut),
        Rise(
            "rejection-rises", MismatchMetrics.RejectionRate, 0.15,
            "the dense policy drifts from what the sparse sampler draws",
            OtherCut),
        Rise(
            "low-ratio-rises", MismatchMetrics.LowRatioRate, 0.2,
            "more and more rollouts hold a token that the dense policy hardly takes, and may be rejected soon",
            OtherCut),
        Below(
            "low-tail", MismatchMetrics.RatioQ05, 0.86,
            "the sampler draws tokens that the dense policy finds unlikely",
            LessCompression),
        Fall(
            "low-tail-falls", MismatchMetrics.RatioQ05, 0.1,
            "the mismatch grows in its tail, where collapse begins",
            LessDrift),
        Above(
            "ratio-mean-high", MismatchMetrics.RatioMean, 2,
            "weights of rollouts are far from 1",
            LessVariance),
        Below(
            "ratio-mean-low", MismatchMetrics.RatioMean, 0.5,
            "the sampler draws what the dense policy never would",
            LessCompression),
        Above(
            "ratio-std", MismatchMetrics.RatioStd, 1,
            "few tokens carry most of the weight",
            LessVariance),
        Below(
            "ess", MismatchMetrics.EffectiveSampleSize, 0.3,
            "few tokens carry most of the weight",
            LessVariance),
        Above(
            "mismatch-kl", MismatchMetrics.Kl, 0.1,
            "the sparse sampler is another policy than the dense one",
            LessCompression),
        Below(
            "mismatch-kl-negative", MismatchMetrics.Kl, -0.1,
            "the sampler's log-probabilities are not those of its own draws",
            "compare temperature and filters of sampler and trainer"),
        Above(
            "chi2", MismatchMetrics.Chi2Token, 1,
            "importance weights have a variance above 1",
            LessVariance),
        Above(
            "not-finite", MismatchMetrics.NonFinite, 0,
            "responses have log-probabilities that are no numbers",
            "take fp32, or a lower learning rate"),
        Spike(
            "gradient-spike", MetricNames.GradientNorm, 10, 50,
            "a few rollouts dominate the step",
            "use the paper's rejection, lower clip_norm, or raise the cache's budget"),
        ToShareOfStart(
            "entropy-collapse", "entropy", 0.2,
            "the policy has nearly stopped exploring",
            MoreExploration),
        ToShareOfStart(
            "length-shrinks", "completions/mean_length", 0.5,
            "answers become short; the reward may have a shortcut",
            "reward the format strictly, or count the steps"),
        ToShareOfBest(
            "reward-falls", "reward", 0.7,
            "what had been learned is lost, by the policy or, where its answers with the full cache are as right as before, by its cache",
            SmallerSteps + ", go back to the best checkpoint, or raise the cache's budget"),
        Above(
            "clip-fraction", "clip_ratio/region_mean", 0.3,
            "the policy leaves the trust region within a rollout",
            SmallerSteps),
        Above(
            "no-signal", "frac_reward_zero_std", 0.9,
            "nearly all groups have equal rewards",
            "take prompts of another difficulty, larger groups, or filter_groups"),
    ];

    /// <summary>Lists the warnings that hold at the latest step.</summary>
    /// <param name="steps">The metrics of all steps so far, the oldest first; a name that is absent is not judged.</param>
    public static IReadOnlyList<HealthWarning> Check(IReadOnlyList<IReadOnlyDictionary<string, double>> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var history = new HealthHistory(steps);
        return [.. All.Select(rule => rule.Check(history)).OfType<HealthWarning>()];
    }

    /// <summary>Lists the warnings that hold at the latest step and did not at the one before: those to say aloud.</summary>
    /// <param name="steps">The metrics of all steps so far, the oldest first.</param>
    public static IReadOnlyList<HealthWarning> Risen(IReadOnlyList<IReadOnlyDictionary<string, double>> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var before = Check([.. steps.SkipLast(1)]).Select(warning => warning.Rule).ToHashSet(StringComparer.Ordinal);
        return [.. Check(steps).Where(warning => !before.Contains(warning.Rule))];
    }

    private static double? Recent(HealthHistory history, string metric) => history.Recent(metric);

    private static HealthRule Above(string name, string metric, double bound, string meaning, string remedy) =>
        new(name, metric, Recent, (_, _) => bound, IsAbove: true, meaning, remedy);

    private static HealthRule Below(string name, string metric, double bound, string meaning, string remedy) =>
        new(name, metric, Recent, (_, _) => bound, IsAbove: false, meaning, remedy);

    private static HealthRule Rise(string name, string metric, double by, string meaning, string remedy) =>
        new(name, metric, Recent, (history, m) => history.Start(m) + by, IsAbove: true, meaning, remedy);

    private static HealthRule Fall(string name, string metric, double by, string meaning, string remedy) =>
        new(name, metric, Recent, (history, m) => history.Start(m) - by, IsAbove: false, meaning, remedy);

    private static HealthRule ToShareOfStart(string name, string metric, double share, string meaning, string remedy) =>
        new(name, metric, Recent, (history, m) => history.Start(m) * share, IsAbove: false, meaning, remedy);

    private static HealthRule ToShareOfBest(string name, string metric, double share, string meaning, string remedy) =>
        new(name, metric, Recent, (history, m) => history.Best(m) * share, IsAbove: false, meaning, remedy);

    /// <summary>A multiple of the median of earlier steps; before there is one, an absolute bound.</summary>
    private static HealthRule Spike(string name, string metric, double multiple, double first, string meaning, string remedy) =>
        new(
            name,
            metric,
            (history, m) => history.Latest(m),
            (history, m) => (history.MedianBefore(m) * multiple) ?? first,
            IsAbove: true,
            meaning,
            remedy);
}
