using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Advantages;
using LlmEfficiency.SparseRL.Diagnostics;
using LlmEfficiency.SparseRL.Objectives;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>The numbers of an iteration by the names of TRL and verl; the same whenever the run is repeated.</summary>
internal static class IterationMetrics
{
    /// <summary>Lists the numbers in a fixed order.</summary>
    public static IReadOnlyList<KeyValuePair<string, double>> Of(IterationReport report, RlState state)
    {
        var drawn = report.Collected.Drawn;
        var lengths = drawn.Select(rollout => (double)rollout.ResponseIds.Count).ToArray();
        var groups = drawn.GroupBy(rollout => rollout.Prompt).ToArray();
        return
        [
            new("reward", drawn.Average(rollout => rollout.Reward)),
            new("reward_std", Deviation([.. drawn.Select(rollout => rollout.Reward)])),
            new("frac_reward_zero_std", groups.Average(group => GroupFilter.HasSignal([.. group.Select(rollout => rollout.Reward)]) ? 0.0 : 1.0)),
            new("entropy", drawn.Average(rollout => rollout.Entropy)),
            new("completions/mean_length", lengths.Average()),
            new("completions/min_length", lengths.Min()),
            new("completions/max_length", lengths.Max()),
            new("completions/clipped_ratio", drawn.Average(rollout => rollout.IsWhole ? 0.0 : 1.0)),
            .. MismatchDiagnostics.Of(report.Batch.LogProbabilities, report.Batch.Corrected),
            .. Updates(report.Updates),
            new("updates_skipped", report.Skipped),
            new("rollout/kept_ratio", report.Collected.Cost.KeptRatio),
            new("rollout/kv_peak_entries", report.Collected.Cost.PeakEntries),
            new("rollout/kv_peak" + MetricNames.BytesSuffix, report.Collected.Cost.PeakBytes),
            new("rollout/prompts", groups.Length),
            new(MetricNames.Tokens, state.Tokens),
            new("next_prompt", state.NextPrompt),
        ];
    }

    private static IEnumerable<KeyValuePair<string, double>> Updates(IReadOnlyList<UpdateReport> updates)
    {
        if (updates.Count == 0)
        {
            return [];
        }

        var statistics = new PolicyStatistics();
        foreach (var update in updates)
        {
            statistics.Add(update.Statistics);
        }

        var norms = updates.Select(update => update.GradientNorm).ToArray();
        return
        [
            .. statistics.ToMetrics().Select(metric => metric.Key == MetricNames.Loss ? new(metric.Key, metric.Value / updates.Count) : metric),
            new(MetricNames.GradientNorm, norms.Average()),
            new(MetricNames.GradientNorm + "_max", norms.Max()),
            new(MetricNames.LearningRate, updates[^1].LearningRate),
        ];
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
