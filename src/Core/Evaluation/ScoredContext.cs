namespace LlmEfficiency.Core.Evaluation;

/// <summary>Continuations of one context, whose log-probabilities are wanted.</summary>
/// <param name="Prefix">The ids before all of them, at least one.</param>
/// <param name="Continuations">The ids of each, at least one.</param>
public sealed record ScoredContext(ReadOnlyMemory<int> Prefix, IReadOnlyList<ReadOnlyMemory<int>> Continuations);
