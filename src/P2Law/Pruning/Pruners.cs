using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Depth;
using LlmEfficiency.P2Law.Sparsity;
using LlmEfficiency.P2Law.Width;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>All pruners.</summary>
public static class Pruners
{
    /// <summary>Gets the pruners; a new one has a row here.</summary>
    public static IReadOnlyList<PrunerEntry> All { get; } =
    [
        new("depth", "whole layers", settings => new DepthPruner(settings.Depth, settings.Rate)),
        new("width", "channels, feed-forward neurons, heads", settings => new WidthPruner(settings.Width, settings.Rate)),
        new("sparse", "single weights, which become zero", settings => new SparsePruner(settings.Sparse)),
    ];

    /// <summary>Finds a pruner.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static PrunerEntry Find(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, $"method is {name}: choose of {string.Join(", ", All.Select(entry => entry.Name))}");
}
