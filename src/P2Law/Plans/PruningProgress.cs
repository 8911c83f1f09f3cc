namespace LlmEfficiency.P2Law.Plans;

/// <summary>How far pruning is.</summary>
/// <param name="Stage">What is done.</param>
/// <param name="Done">How many layers are.</param>
/// <param name="Total">Of how many.</param>
public readonly record struct PruningProgress(string Stage, int Done, int Total);
