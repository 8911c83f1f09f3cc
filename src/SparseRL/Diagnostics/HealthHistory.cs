namespace LlmEfficiency.SparseRL.Diagnostics;

/// <summary>The metrics of a run's steps as rules look at them: where it started, where it was lately, where it is.</summary>
/// <param name="steps">One dictionary a step, the oldest first.</param>
internal sealed class HealthHistory(IReadOnlyList<IReadOnlyDictionary<string, double>> steps)
{
    /// <summary>Steps of a mean: one step of a hundred responses is too noisy.</summary>
    private const int Window = 5;

    private const int MedianSteps = 20;

    /// <summary>Returns the value of the latest step; null where it has none.</summary>
    public double? Latest(string metric) => steps.Count > 0 && steps[^1].TryGetValue(metric, out var value) ? value : null;

    /// <summary>Returns the mean of the latest steps; null without a value.</summary>
    public double? Recent(string metric) => Latest(metric) is null ? null : Mean(Values(metric).TakeLast(Window));

    /// <summary>Returns the mean of the first steps, once no recent step is among them; else null.</summary>
    public double? Start(string metric) =>
        Values(metric) is { Count: >= 2 * Window } values ? Mean(values.Take(Window)) : null;

    /// <summary>Returns the greatest mean of adjacent steps before the recent ones; null where there are too few.</summary>
    public double? Best(string metric) =>
        Values(metric) is { Count: >= 2 * Window } values
            ? Enumerable.Range(0, values.Count - (2 * Window) + 1).Max(first => Mean(values.Skip(first).Take(Window)))
            : null;

    /// <summary>Returns the median of the steps before the latest; null where there are too few.</summary>
    public double? MedianBefore(string metric)
    {
        var before = Values(metric).SkipLast(1).TakeLast(MedianSteps).Order().ToArray();
        return before.Length < Window ? null : (before[(before.Length - 1) / 2] + before[before.Length / 2]) / 2;
    }

    private static double? Mean(IEnumerable<double> values) => values.Average();

    private List<double> Values(string metric) =>
        [.. steps.Where(step => step.ContainsKey(metric)).Select(step => step[metric])];
}
