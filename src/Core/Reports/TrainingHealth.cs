using System.Globalization;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Reports;

/// <summary>Finds what went wrong in a run without ending it.</summary>
public static class TrainingHealth
{
    private const int Window = 32;
    private const int FewestBefore = 8;
    private const int MostNotes = 10;

    // A normal distribution's median absolute deviation is 0.6745 of its standard deviation.
    private const double DeviationsOfMedian = 6 / 0.6745;

    /// <summary>
    /// Tells of numbers that are not finite and of sudden rises of a loss that is positive throughout, as a cross entropy is and a policy's
    /// objective is not; one sentence if all is well.
    /// </summary>
    public static IReadOnlyList<string> Notes(IReadOnlyList<MetricRow> rows)
    {
        var losses = rows.Where(row => row.Values.ContainsKey(MetricNames.Loss)).ToArray();
        var isJudged = !losses.Any(row => row.Values[MetricNames.Loss] <= 0);
        var spikes = isJudged ? Spikes([.. losses.Select(row => row.Values[MetricNames.Loss])]) : [];
        string[] notes =
        [
            .. Shortened(
                [.. rows.SelectMany(row => row.Values.Where(pair => !double.IsFinite(pair.Value)).Select(pair => Text(
                    $"step {row.Step}: {pair.Key} is {pair.Value}")))],
                "numbers that are not finite"),
            .. Shortened(
                [.. spikes.Select(index => Text(
                    $"step {losses[index].Step}: the loss jumped to {losses[index].Values[MetricNames.Loss]:0.####}"))],
                "jumps of the loss"),
        ];
        return notes.Length > 0 ? notes : [isJudged ? "All numbers are finite and the loss has no sudden rise." : "All numbers are finite."];
    }

    /// <summary>
    /// Finds values that stand out upwards: more than 6 robust standard deviations and 5 % above the median of the 32
    /// values before, of which there must be 8. Values that are not finite do not count.
    /// </summary>
    /// <returns>Indexes in rising order.</returns>
    public static IReadOnlyList<int> Spikes(IReadOnlyList<double> values)
    {
        var spikes = new List<int>();
        var before = new Queue<double>();
        for (var index = 0; index < values.Count; index++)
        {
            var value = values[index];
            if (!double.IsFinite(value))
            {
                continue;
            }

            if (before.Count >= FewestBefore)
            {
                var median = Median(before);
                var deviation = Median(before.Select(other => Math.Abs(other - median)));
                if (value - median > Math.Max(DeviationsOfMedian * deviation, 0.05 * Math.Abs(median)))
                {
                    spikes.Add(index);
                }
            }

            before.Enqueue(value);
            if (before.Count > Window)
            {
                before.Dequeue();
            }
        }

        return spikes;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] / 2) + (sorted[sorted.Length / 2] / 2);
    }

    private static IEnumerable<string> Shortened(string[] notes, string what) => notes.Length <= MostNotes
        ? notes
        : notes.Take(MostNotes).Append(Text($"and {notes.Length - MostNotes} more {what}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
