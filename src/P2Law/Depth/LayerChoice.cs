using LlmEfficiency.P2Law.Plans;

namespace LlmEfficiency.P2Law.Depth;

/// <summary>Layers to be removed.</summary>
/// <param name="Dropped">Their numbers, ascending.</param>
/// <param name="Scores">By what they were chosen.</param>
public sealed record LayerChoice(IReadOnlyList<int> Dropped, PruningScores Scores);
