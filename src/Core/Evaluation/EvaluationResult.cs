using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>One measured number.</summary>
/// <param name="Task">What was done.</param>
/// <param name="Metric">What was measured, such as <c>acc</c> or <c>perplexity</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="StandardError">Its standard error; null where too little was measured for one.</param>
/// <param name="Count">Over how many examples or documents.</param>
public sealed record EvaluationResult(
    string Task, string Metric, double Value, [property: JsonPropertyName("stderr")] double? StandardError, long Count)
{
    /// <summary>Makes the result of a mean over examples.</summary>
    /// <param name="task">What was done.</param>
    /// <param name="metric">What was measured.</param>
    /// <param name="values">One value an example, at least one.</param>
    public static EvaluationResult OfMean(string task, string metric, IReadOnlyCollection<double> values) =>
        new(task, metric, values.Average(), Known(Evaluation.StandardError.Mean(values)), values.Count);

    /// <summary>Returns a number, or null for NaN, which JSON has no word for.</summary>
    internal static double? Known(double value) => double.IsNaN(value) ? null : value;
}
