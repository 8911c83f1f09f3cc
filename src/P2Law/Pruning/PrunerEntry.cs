using LlmEfficiency.P2Law.Plans;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>A pruner that can be chosen by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it takes, in a line.</param>
/// <param name="Create">Makes it from validated settings.</param>
public sealed record PrunerEntry(string Name, string Description, Func<PruningSettings, IPruner> Create);
