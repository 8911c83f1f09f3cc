using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Reports;

/// <summary>The page about one run.</summary>
public static class RunReport
{
    /// <summary>Writes the page about a run, which another process may be writing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The new HTML file; an old one is replaced.</param>
    /// <param name="axis">What the x axes show.</param>
    /// <exception cref="Errors.LlmEfficiencyException">A log is damaged, or the file cannot be written.</exception>
    public static void Write(RunFolder run, string path, ReportAxis axis = ReportAxis.Step) => Build(run, axis).Save(path);

    /// <summary>Makes the page about a run.</summary>
    public static HtmlReport Build(RunFolder run, ReportAxis axis = ReportAxis.Step)
    {
        MetricRow[] rows = [.. MetricLog.Read(run.MetricsPath), .. MetricLog.Read(run.TimingsPath)];
        var (summary, manifest) = (RunSummary.Of(run), run.Manifest);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(run.FullPath));
        return new HtmlReport(
            $"{manifest.Kind}: {name}",
            Text($"steps: {summary.Steps}, checkpoints: {summary.Checkpoints.Count}, begun {manifest.Started:yyyy-MM-dd HH:mm:ss zzz}"),
            [
                new ReportNotes("Health", summary.Notes),
                new ReportCharts("Curves", RunCharts.Of(rows, axis)),
                Numbers(summary),
                ReportTable.Of("Settings", "setting", "value", JsonLeaves.Of(manifest.Settings, string.Empty).Select(leaf =>
                    KeyValuePair.Create(leaf.Key, Plain(leaf.Value)))),
                ReportTable.Of("Code and data", "what", "value", manifest.Fingerprints.Prepend(
                    KeyValuePair.Create("code version", manifest.CodeVersion))),
                ReportTable.Of("Machine", "what", "value", manifest.Machine),
            ]);
    }

    private static ReportTable Numbers(RunSummary summary) => new(
        "Numbers",
        ["number", "last", "at step", "smallest", "at step"],
        [
            .. summary.Metrics.Select(metric => (IReadOnlyList<string>)
                [metric.Name, Digits(metric.Last), Text($"{metric.LastStep}"), Digits(metric.Least), Text($"{metric.LeastStep}")]),
        ]);

    // Counts of tokens and bytes in full.
    private static string Digits(double value) =>
        double.IsInteger(value) && Math.Abs(value) < 1e15 ? Text($"{value:0}") : Text($"{value:G6}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // A text without its quotes and escapes; other JSON as it is.
    private static string Plain(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString()! : json;
    }
}
