using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>The losses of a training run.</summary>
/// <param name="LossBefore">The loss before the first step; not a number where it was not measured.</param>
/// <param name="Points">The losses behind it.</param>
internal sealed record SweepCurve(double LossBefore, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>Reads the curve of a run.</summary>
    /// <param name="path">The run's folder.</param>
    public static SweepCurve Read(string path)
    {
        using var folder = RunFolder.Open(path, readOnly: true);
        var rows = MetricLog.Read(folder.MetricsPath).Where(row => row.Values.ContainsKey(MetricNames.ValidationLoss)).ToArray();
        var timings = Timings(MetricLog.Read(folder.TimingsPath));
        return new SweepCurve(
            rows.FirstOrDefault(row => row.Step == 0)?.Values[MetricNames.ValidationLoss] ?? double.NaN,
            [.. rows.Where(row => row.Step > 0).Select(row => Point(row, timings))]);
    }

    private static SweepPoint Point(MetricRow row, List<(long Step, double Seconds, double Bytes)> timings)
    {
        var (_, seconds, bytes) = timings.LastOrDefault(line => line.Step <= row.Step);
        return new SweepPoint((long)row.Values[MetricNames.Tokens], row.Values[MetricNames.ValidationLoss], seconds, (long)bytes);
    }

    // A process that goes on with a run counts its seconds from zero.
    private static List<(long Step, double Seconds, double Bytes)> Timings(IEnumerable<MetricRow> rows)
    {
        var (earlier, last, peak) = (0.0, 0.0, 0.0);
        var found = new List<(long, double, double)>();
        foreach (var row in rows)
        {
            var seconds = row.Values[MetricNames.Seconds];
            earlier += seconds < last ? last : 0;
            last = seconds;
            peak = Math.Max(peak, row.Values.GetValueOrDefault("resident" + MetricNames.BytesSuffix));
            found.Add((row.Step, earlier + seconds, peak));
        }

        return found;
    }
}
