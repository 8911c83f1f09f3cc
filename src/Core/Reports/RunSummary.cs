using System.Text.Json;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Reports;

/// <summary>A run in a few numbers.</summary>
/// <param name="Path">The run's folder.</param>
/// <param name="Kind">What the run does.</param>
/// <param name="Steps">The last step with a number.</param>
/// <param name="Checkpoints">The steps that have a checkpoint.</param>
/// <param name="Metrics">All numbers, in the order they first appear.</param>
/// <param name="Notes">What went wrong, or that nothing did.</param>
public sealed record RunSummary(
    string Path,
    string Kind,
    long Steps,
    IReadOnlyList<long> Checkpoints,
    IReadOnlyList<MetricSummary> Metrics,
    IReadOnlyList<string> Notes)
{
    /// <summary>Sums a run up; another process may be writing it.</summary>
    public static RunSummary Of(RunFolder run)
    {
        var metrics = MetricLog.Read(run.MetricsPath);
        MetricRow[] all = [.. metrics, .. MetricLog.Read(run.TimingsPath)];
        return new RunSummary(
            run.FullPath,
            run.Manifest.Kind,
            all.Select(row => row.Step).DefaultIfEmpty(0).Max(),
            run.Checkpoints.Steps,
            [.. all.SelectMany(row => row.Values.Select(pair => (pair.Key, row.Step, pair.Value))).GroupBy(value => value.Key).Select(Sum)],
            [.. run.Notes.Read().Select(note => $"step {note.Step}: {note.Text}"), .. TrainingHealth.Notes(metrics)]);
    }

    /// <summary>Returns the summary as JSON; numbers that are not finite are texts.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunSummaryJson.Default.RunSummary);

    /// <summary>Returns summaries as a JSON list.</summary>
    public static string ToJson(IEnumerable<RunSummary> summaries) =>
        JsonSerializer.Serialize([.. summaries], RunSummaryJson.Default.RunSummaryArray);

    private static MetricSummary Sum(IGrouping<string, (string Key, long Step, double Value)> values)
    {
        var last = values.Last();
        var least = values.Where(value => double.IsFinite(value.Value))
            .DefaultIfEmpty(last with { Value = double.NaN })
            .MinBy(value => value.Value);
        return new MetricSummary(values.Key, last.Value, last.Step, least.Value, least.Step);
    }
}
