namespace LlmEfficiency.Core.Evaluation;

/// <summary>Results of all examples and, if there are several kinds, of each kind.</summary>
internal static class KindTable
{
    /// <summary>Returns the mean of all values, then that of each kind by name.</summary>
    public static List<EvaluationResult> Of(
        string task, string metric, IReadOnlyList<string> kinds, IReadOnlyList<double> values)
    {
        var groups = kinds.Zip(values).GroupBy(pair => pair.First, pair => pair.Second)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        var parts = groups.Length > 1 ? groups : [];
        return
        [
            EvaluationResult.OfMean(task, metric, [.. values]),
            .. parts.Select(group => EvaluationResult.OfMean($"{task}/{group.Key}", metric, [.. group])),
        ];
    }
}
