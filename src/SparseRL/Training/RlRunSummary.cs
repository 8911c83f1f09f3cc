using System.Globalization;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Diagnostics;
using LlmEfficiency.SparseRL.Retention;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>A finished run of reinforcement learning in one line of a table.</summary>
/// <param name="Label">What tells it from other runs.</param>
/// <param name="DenseAccuracy">Last greedy accuracy with the full cache.</param>
/// <param name="SparseAccuracy">Last greedy accuracy with the sampler's cache, of a dense run with the first other one; NaN if none was measured.</param>
/// <param name="Reward">The mean reward of the last ten iterations.</param>
/// <param name="KvPeakBytes">The largest cache of a rollout batch, as allocated.</param>
/// <param name="KeptRatio">Entries that tokens were drawn from over those of a full cache, the mean of all iterations.</param>
/// <param name="Rejection">The share of rejected responses, the mean of all iterations.</param>
/// <param name="K3">The mismatch of sampler and dense policy, the mean of all iterations.</param>
public sealed record RlRunSummary(
    RlRunLabel Label,
    double DenseAccuracy,
    double SparseAccuracy,
    double Reward,
    double KvPeakBytes,
    double KeptRatio,
    double Rejection,
    double K3)
{
    /// <summary>The names of the columns of <see cref="ToCsv"/>.</summary>
    public const string CsvHeader =
        RlRunLabel.CsvHeader + ",dense_accuracy,sparse_accuracy,reward,kv_peak_bytes,kept_ratio,rejection,k3";

    private const int LastIterations = 10;

    /// <summary>Sums a run up; another process may be writing it.</summary>
    /// <param name="path">The run's folder.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">No such run lies there, or a log is damaged.</exception>
    public static RlRunSummary Of(string path)
    {
        using var folder = RunFolder.Open(path, readOnly: true);
        var settings = RlRunSettings.Read(folder);
        var rows = MetricLog.Read(folder.MetricsPath);
        var cache = settings.Rollout.Cache;
        var measured = cache.IsDense ? (settings.Evaluation.Caches.Count > 0 ? settings.Evaluation.Caches[0] : null) : cache;
        return new RlRunSummary(
            RlRunLabel.Of(settings),
            Values(rows, Accuracy(RetentionList.Dense)).LastOrDefault(double.NaN),
            measured is null ? double.NaN : Values(rows, Accuracy(measured.Label)).LastOrDefault(double.NaN),
            Mean(Values(rows, "reward").TakeLast(LastIterations)),
            Values(rows, "rollout/kv_peak" + MetricNames.BytesSuffix).DefaultIfEmpty(double.NaN).Max(),
            Mean(Values(rows, "rollout/kept_ratio")),
            Mean(Values(rows, MismatchMetrics.RejectionRate)),
            Mean(Values(rows, MismatchMetrics.K3Kl)));
    }

    /// <summary>Returns the line of a table of values divided by commas.</summary>
    public string ToCsv() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Label.ToCsv()},{DenseAccuracy:0.####},{SparseAccuracy:0.####},{Reward:0.####},{KvPeakBytes:0},{KeptRatio:0.####},{Rejection:0.####},{K3:0.#####}");

    private static string Accuracy(string cache) => $"eval/{cache}/greedy";

    private static List<double> Values(IReadOnlyList<MetricRow> rows, string name) =>
        [.. rows.Where(row => row.Values.ContainsKey(name)).Select(row => row.Values[name])];

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();
}
