namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>A criterion that can be chosen by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it takes, in a line.</param>
/// <param name="KeepsWeights">Whether weights that do not go stay as they are.</param>
/// <param name="Create">Makes it.</param>
public sealed record SparsityCriterionEntry(string Name, string Description, bool KeepsWeights, Func<SparseSettings, ISparsityCriterion> Create);
