using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.SparseRL.Diagnostics;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Diagnostics;

public sealed class HealthRulesTests
{
    [Theory]
    [InlineData("rejection", MismatchMetrics.RejectionRate, 0.1, 0.11)]
    [InlineData("low-tail", MismatchMetrics.RatioQ05, 0.86, 0.85)]
    [InlineData("ratio-mean-high", MismatchMetrics.RatioMean, 2, 2.1)]
    [InlineData("ratio-mean-low", MismatchMetrics.RatioMean, 0.5, 0.4)]
    [InlineData("ratio-std", MismatchMetrics.RatioStd, 1, 1.1)]
    [InlineData("ess", MismatchMetrics.EffectiveSampleSize, 0.3, 0.29)]
    [InlineData("mismatch-kl", MismatchMetrics.Kl, 0.1, 0.11)]
    [InlineData("mismatch-kl-negative", MismatchMetrics.Kl, -0.1, -0.11)]
    [InlineData("chi2", MismatchMetrics.Chi2Token, 1, 1.1)]
    [InlineData("not-finite", MismatchMetrics.NonFinite, 0, 0.01)]
    [InlineData("gradient-spike", MetricNames.GradientNorm, 50, 67)]
    [InlineData("clip-fraction", "clip_ratio/region_mean", 0.3, 0.31)]
    [InlineData("no-signal", "frac_reward_zero_std", 0.9, 0.95)]
    public void A_bound_warns_beyond_and_not_at_it(string rule, string metric, double well, double ill)
    {
        Assert.Empty(HealthRules.Check([Step((metric, well))]));
        Assert.Equal(rule, Assert.Single(HealthRules.Check([Step((metric, ill))])).Rule);
        Assert.Equal(rule, Assert.Single(HealthRules.Check([Step((metric, double.NaN))]), warning => warning.Rule == rule).Rule);
    }

    [Theory]
    [InlineData("low-ratio-rises", MismatchMetrics.LowRatioRate, 0.27, 0.48)]
    [InlineData("low-tail-falls", MismatchMetrics.RatioQ05, 0.99, 0.88)]
    [InlineData("entropy-collapse", "entropy", 0.5, 0.09)]
    [InlineData("length-shrinks", "completions/mean_length", 73, 30)]
    [InlineData("reward-falls", "reward", 0.7, 0.4)]
    public void A_trend_warns_once_its_recent_mean_is_far_from_the_start(string rule, string metric, double start, double end)
    {
        var steps = Series(metric, [.. Enumerable.Repeat(start, 20), .. Enumerable.Repeat(end, 5)]);
        Assert.Empty(HealthRules.Check(steps[..20]));
        Assert.Empty(HealthRules.Check(steps[..20].Append(steps[0]).ToArray()));
        Assert.Equal(rule, Assert.Single(HealthRules.Check(steps)).Rule);
    }

    // Runs that are well wander from 0.2 up to 0.3 and back.
    [Fact]
    public void Rejections_that_were_many_from_the_start_are_warned_of_again_when_they_rise()
    {
        double[] start = [.. Enumerable.Repeat(0.19, 20)];
        foreach (var (end, rules) in new (double, string[])[] { (0.3, ["rejection"]), (0.35, ["rejection", "rejection-rises"]) })
        {
            var steps = Series(MismatchMetrics.RejectionRate, [.. start, .. Enumerable.Repeat(end, 5)]);
            Assert.Equal(rules, HealthRules.Check(steps).Select(warning => warning.Rule));
        }
    }

    [Fact]
    public void A_gradient_is_held_against_the_median_before_it()
    {
        var quiet = Enumerable.Repeat(0.8, 9).ToArray();
        Assert.Empty(HealthRules.Check(Series(MetricNames.GradientNorm, [.. quiet, 7.9])));
        Assert.Equal("gradient-spike", Assert.Single(HealthRules.Check(Series(MetricNames.GradientNorm, [.. quiet, 8.1]))).Rule);
        Assert.Empty(HealthRules.Check(Series(MetricNames.GradientNorm, [.. quiet, 1566, 0.9])));
    }

    [Fact]
    public void A_warning_names_number_bound_and_remedy()
    {
        var warning = Assert.Single(HealthRules.Check([Step((MismatchMetrics.RejectionRate, 0.143))]));
        Assert.Equal(
            "rollout_corr/rejection_rate is 0.143, above 0.1: many rollouts are thrown away and shrink the step; "
            + "raise the cache's budget, or take another compressor (r-kv keeps closest to dense), or shift budget or interval by a few tokens",
            warning.ToString());
    }

    [Fact]
    public void A_warning_is_new_once()
    {
        var steps = Series(MismatchMetrics.RejectionRate, [0.02, 0.3, 0.3]);
        Assert.Empty(HealthRules.Risen(steps[..1]));
        Assert.Single(HealthRules.Risen(steps[..2]));
        Assert.Empty(HealthRules.Risen(steps));
        Assert.Single(HealthRules.Check(steps));
    }

    [Fact]
    public void A_run_as_healthy_as_the_papers_is_left_in_peace()
    {
        var steps = Drift(rejectionAtEnd: 0.03, steps: 400, seed: 1);
        for (var count = 1; count <= steps.Length; count += 3)
        {
            Assert.Empty(HealthRules.Check(steps[..count]));
        }
    }

    // The pilot's third seed: rejection about .02 at first, .58 after 80 iterations, of 128 responses each.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_drift_to_a_rejection_of_more_than_half_is_warned_of_long_before(ulong seed)
    {
        var steps = Drift(rejectionAtEnd: 0.58, steps: 80, seed);
        var first = Enumerable.Range(1, 80).First(count =>
            HealthRules.Check(steps[..count]).Any(warning => warning.Metric == MismatchMetrics.RejectionRate));
        Assert.InRange(first, 10, 50);
        Assert.True(steps[first - 1][MismatchMetrics.RejectionRate] < 0.2);
    }

    // grows by the same factor each step, counted over 128 draws
    private static Dictionary<string, double>[] Drift(double rejectionAtEnd, int steps, ulong seed)
    {
        const double start = 0.02;
        var random = new SequenceRandom(seed, 0);
        return
        [
            .. Enumerable.Range(0, steps).Select(step =>
            {
                var rate = start * Math.Pow(rejectionAtEnd / start, step / (steps - 1.0));
                var rejected = Enumerable.Range(0, 128).Count(draw => random.Uniform(step, draw) < rate);
                return Step((MismatchMetrics.RejectionRate, rejected / 128.0));
            }),
        ];
    }

    private static Dictionary<string, double>[] Series(string metric, double[] values) =>
        [.. values.Select(value => Step((metric, value)))];

    private static Dictionary<string, double> Step((string Metric, double Value) value) => new() { [value.Metric] = value.Value };
}
