using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>All criteria of weights.</summary>
public static class SparsityCriteria
{
    /// <summary>Gets the criteria; a new one has a row here.</summary>
    public static IReadOnlyList<SparsityCriterionEntry> All { get; } =
    [
        new("magnitude", "the smallest weights", true, _ => new Magnitude()),
        new("wanda", "the smallest products of weight and input norm", true, _ => new Wanda()),
        new("sparsegpt", "those whose loss the weights behind them make good best", false, settings => new SparseGptCriterion(settings)),
    ];

    /// <summary>Finds a criterion.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static SparsityCriterionEntry Find(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, $"sparse.criterion is {name}: choose of {string.Join(", ", All.Select(entry => entry.Name))}");
}
