using System.Globalization;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>How often a policy's answers are right.</summary>
/// <param name="Cache">What the cache kept, such as <c>dense</c> or <c>r-kv-48</c>.</param>
/// <param name="Samples">How many sampled answers each prompt got; 0 for one greedy answer.</param>
/// <param name="Accuracy">The mean share of right answers: pass@1, over samples avg@k.</param>
/// <param name="Error">Its standard error, over prompts.</param>
/// <param name="PassAtK">The share of prompts with a right answer.</param>
/// <param name="KeptRatio">The mean share of the full cache's entries that answers were computed from.</param>
/// <param name="CacheBytes">The largest cache, as allocated.</param>
public sealed record AccuracyReport(
    string Cache, int Samples, double Accuracy, double Error, double PassAtK, double KeptRatio, long CacheBytes)
{
    /// <summary>The names of the columns of <see cref="ToCsv"/>.</summary>
    public const string CsvHeader = "cache,samples,accuracy,error,pass_at_k,kept_ratio,cache_bytes";

    /// <summary>Returns the values of a table's line, divided by commas.</summary>
    public string ToCsv() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cache},{Samples},{Accuracy:0.####},{Error:0.####},{PassAtK:0.####},{KeptRatio:0.####},{CacheBytes}");
}
