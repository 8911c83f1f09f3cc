using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Reports;

/// <summary>A run as a page shows it.</summary>
/// <param name="Name">What tells it from the others.</param>
/// <param name="Folder">The run.</param>
/// <param name="Rows">The lines of all its logs.</param>
internal sealed record ReportedRun(string Name, RunFolder Folder, IReadOnlyList<MetricRow> Rows)
{
    /// <summary>Reads runs, which other processes may be writing, and names them by their folders.</summary>
    public static IReadOnlyList<ReportedRun> Read(IReadOnlyList<RunFolder> runs)
    {
        var names = runs.Select(run => Path.GetFileName(Path.TrimEndingDirectorySeparator(run.FullPath))).ToArray();
        var areDistinct = names.Distinct(StringComparer.Ordinal).Count() == names.Length;
        return
        [
            .. runs.Select((run, index) => new ReportedRun(
                areDistinct ? names[index] : run.FullPath, run, [.. MetricLog.Read(run.MetricsPath), .. MetricLog.Read(run.TimingsPath)])),
        ];
    }

    /// <summary>Returns what a step is on an axis. Tokens are looked up by step: the lines of other logs do not have them.</summary>
    public Func<long, double> Xs(ReportAxis axis)
    {
        if (axis == ReportAxis.Step)
        {
            return step => step;
        }

        var marks = Rows.Where(row => row.Values.ContainsKey(MetricNames.Tokens))
            .DistinctBy(row => row.Step)
            .OrderBy(row => row.Step)
            .ToArray();
        var steps = marks.Select(row => row.Step).ToArray();
        return step =>
        {
            var at = Array.BinarySearch(steps, step);
            var mark = at >= 0 ? at : ~at - 1; // the last one before
            return mark >= 0 ? marks[mark].Values[MetricNames.Tokens] : double.NaN;
        };
    }
}
