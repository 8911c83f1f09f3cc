using System.Globalization;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Runs that differ in their seed alone, in one line of a table.</summary>
/// <param name="Task">What was asked.</param>
/// <param name="Method">The objective.</param>
/// <param name="Compressor">The sampler's policy.</param>
/// <param name="Budget">Tokens that it kept; 0 for all.</param>
/// <param name="Seeds">How many runs there are.</param>
/// <param name="DenseAccuracy">Greedy accuracy with the full cache.</param>
/// <param name="SparseAccuracy">Greedy accuracy with a compressed cache.</param>
/// <param name="Reward">The reward at the end.</param>
/// <param name="KvPeakBytes">The largest cache of a rollout batch, the mean over runs.</param>
/// <param name="KeptRatio">The share of a full cache's entries that tokens were drawn from, the mean over runs.</param>
/// <param name="Rejection">The share of rejected responses, the mean over runs.</param>
/// <param name="K3">The mismatch of sampler and dense policy, the mean over runs.</param>
public sealed record RlRunMeans(
    string Task,
    string Method,
    string Compressor,
    int Budget,
    int Seeds,
    MeanInterval DenseAccuracy,
    MeanInterval SparseAccuracy,
    MeanInterval Reward,
    double KvPeakBytes,
    double KeptRatio,
    double Rejection,
    double K3)
{
    /// <summary>The names of the columns of <see cref="ToCsv"/>; <c>…_ci</c> is half the width of the 95 % interval.</summary>
    public const string CsvHeader =
        "task,method,compressor,budget,seeds,dense_accuracy,dense_accuracy_ci,sparse_accuracy,sparse_accuracy_ci,reward,reward_ci,kv_peak_bytes,kept_ratio,rejection,k3";

    /// <summary>Groups runs by all but their seed, in the order of the first of each group.</summary>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<RlRunMeans> Of(IEnumerable<RlRunSummary> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return
        [
            .. from run in runs
               group run by run.Label with { Seed = 0 } into same
               select new RlRunMeans(
                   same.Key.Task,
                   same.Key.Method,
                   same.Key.Compressor,
                   same.Key.Budget,
                   same.Count(),
                   MeanInterval.Of(same.Select(run => run.DenseAccuracy)),
                   MeanInterval.Of(same.Select(run => run.SparseAccuracy)),
                   MeanInterval.Of(same.Select(run => run.Reward)),
                   same.Average(run => run.KvPeakBytes),
                   same.Average(run => run.KeptRatio),
                   same.Average(run => run.Rejection),
                   same.Average(run => run.K3)),
        ];
    }

    /// <summary>Returns the line of a table of values divided by commas.</summary>
    public string ToCsv() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Task},{Method},{Compressor},{Budget},{Seeds},{DenseAccuracy.ToCsv()},{SparseAccuracy.ToCsv()},{Reward.ToCsv()},{KvPeakBytes:0},{KeptRatio:0.####},{Rejection:0.####},{K3:0.#####}");
}
