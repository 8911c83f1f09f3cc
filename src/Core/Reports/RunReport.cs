using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Reports;

/// <summary>The page about a run, or about several over each other.</summary>
public static class RunReport
{
    /// <summary>Makes the page about runs, which other processes may be writing.</summary>
    /// <param name="runs">One run or more.</param>
    /// <param name="axis">What the x axes show.</param>
    /// <param name="charts">Which numbers share a chart, beside those that every run has.</param>
    /// <exception cref="Errors.LlmEfficiencyException">A log is damaged.</exception>
    public static HtmlReport Build(IReadOnlyList<RunFolder> runs, ReportAxis axis = ReportAxis.Step, IReadOnlyList<MetricChart>? charts = null)
    {
        var reported = ReportedRun.Read(runs);
        RunSummary[] summaries = [.. runs.Select(RunSummary.Of)];
        var (known, others) = new RunCharts(reported, axis).Draw(charts ?? []);
        return new HtmlReport(
            runs.Count == 1 ? $"{runs[0].Manifest.Kind}: {reported[0].Name}" : Text($"{runs.Count} runs: {string.Join(", ", reported.Select(run => run.Name))}"),
            string.Join("; ", reported.Zip(summaries, (run, summary) => Line(run, summary, runs.Count > 1))),
            [
                new ReportNotes("Health", [.. reported.Zip(summaries).SelectMany(pair =>
                    pair.Second.Notes.Select(note => runs.Count == 1 ? note : $"{pair.First.Name}: {note}"))]),
                .. charts is { Count: > 0 } ? Curves(known, others) : [new ReportCharts("Curves", [.. known, .. others])],
                runs.Count == 1 ? Numbers(summaries[0]) : LastNumbers(reported, summaries),
                .. Properties("Settings", "setting", reported, run =>
                    JsonLeaves.Of(run.Manifest.Settings, string.Empty).Select(leaf => KeyValuePair.Create(leaf.Key, Plain(leaf.Value)))),
                .. Properties("Code and data", "what", reported, run =>
                    run.Manifest.Fingerprints.Prepend(KeyValuePair.Create("code version", run.Manifest.CodeVersion))),
                .. Properties("Machine", "what", reported, run => run.Manifest.Machine),
            ]);
    }

    private static ReportCharts[] Curves(IReadOnlyList<LineChart> known, IReadOnlyList<LineChart> others) => others.Count == 0
        ? [new ReportCharts("Curves", known)]
        : [new ReportCharts("Curves", known), new ReportCharts("Other numbers", others)];

    private static string Line(ReportedRun run, RunSummary summary, bool isNamed) => Text(
        $"{(isNamed ? $"{run.Name}: " : string.Empty)}steps: {summary.Steps}, checkpoints: {summary.Checkpoints.Count}, begun {run.Folder.Manifest.Started:yyyy-MM-dd HH:mm:ss zzz}");

    private static ReportTable Numbers(RunSummary summary) => new(
        "Numbers",
        ["number", "last", "at step", "smallest", "at step"],
        [
            .. summary.Metrics.Select(metric => (IReadOnlyList<string>)
                [metric.Name, Digits(metric.Last), Text($"{metric.LastStep}"), Digits(metric.Least), Text($"{metric.LeastStep}")]),
        ]);

    private static ReportTable LastNumbers(IReadOnlyList<ReportedRun> runs, RunSummary[] summaries) => Side(
        "Numbers, last values",
        "number",
        runs,
        [.. summaries.Select(summary => summary.Metrics.ToDictionary(metric => metric.Name, metric => Digits(metric.Last)))]);

    // Several runs: what differs has a column for each of them, what does not has one for all.
    private static IEnumerable<ReportTable> Properties(
        string title, string name, IReadOnlyList<ReportedRun> runs, Func<RunFolder, IEnumerable<KeyValuePair<string, string>>> read)
    {
        Dictionary<string, string>[] all = [.. runs.Select(run => new Dictionary<string, string>(read(run.Folder)))];
        var common = all[0].Where(pair => all.All(one => one.TryGetValue(pair.Key, out var value) && value == pair.Value)).ToArray();
        Dictionary<string, string>[] different = [.. all.Select(one => new Dictionary<string, string>(one.Except(common)))];
        if (different.Any(one => one.Count > 0))
        {
            yield return Side($"{title} that differ", name, runs, different);
        }

        yield return ReportTable.Of(title, name, "value", common);
    }

    private static ReportTable Side(string title, string name, IReadOnlyList<ReportedRun> runs, Dictionary<string, string>[] values) => new(
        title,
        [name, .. runs.Select(run => run.Name)],
        [
            .. values.SelectMany(one => one.Keys).Distinct().Select(key => (IReadOnlyList<string>)
                [key, .. values.Select(one => one.GetValueOrDefault(key, string.Empty))]),
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
