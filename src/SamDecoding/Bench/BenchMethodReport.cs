namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>The figures of one method.</summary>
/// <param name="Name">The method.</param>
/// <param name="Overall">Over all questions.</param>
/// <param name="Tasks">By Spec-Bench's tasks, in the order of the questions.</param>
public sealed record BenchMethodReport(string Name, BenchFigures Overall, IReadOnlyList<KeyValuePair<string, BenchFigures>> Tasks);
