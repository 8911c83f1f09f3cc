using LlmEfficiency.Core.Models;

namespace LlmEfficiency.P2Law.Plans;

/// <summary>Which units of a model are left, by their numbers in the source, ascending; null where all are.</summary>
public sealed record KeptUnits
{
    /// <summary>Gets the layers.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Gets the channels of the residual stream.</summary>
    public IReadOnlyList<int>? Hidden { get; init; }

    /// <summary>Gets the feed-forward neurons of each layer of the source, as many in each.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? FeedForward { get; init; }

    /// <summary>
    /// Gets the query heads of each layer of the source, as many of each key/value head. Where each query head has a key/value head
    /// of its own, that goes with it.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>>? Heads { get; init; }

    /// <summary>Gets what the gains of norms are multiplied by, by Hugging Face name in the source; one where it is not named.</summary>
    public IReadOnlyDictionary<string, double> Gains { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets what the constant of the norms is multiplied by.</summary>
    public double EpsilonFactor { get; init; } = 1;

    /// <summary>Tells whether a model has these units: in each list at least one, ascending, and of each layer as many.</summary>
    /// <param name="config">The sizes of the model.</param>
    public bool Fits(TransformerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Ascend(Layers, config.LayerCount)
            && (Hidden is null || Ascend(Hidden, config.HiddenSize))
            && (FeedForward is null || ByLayer(FeedForward, config.LayerCount, config.InnerSize))
            && (Heads is null || ByLayer(Heads, config.LayerCount, config.HeadCount));
    }

    private static bool ByLayer(IReadOnlyList<IReadOnlyList<int>> units, int layers, int count) =>
        layers > 0 && units.Count == layers && units.All(kept => kept is not null && kept.Count == units[0].Count && Ascend(kept, count));

    private static bool Ascend(IReadOnlyList<int> units, int count) =>
        units.Count > 0 && units[0] >= 0 && units[^1] < count && units.Zip(units.Skip(1)).All(pair => pair.First < pair.Second);
}
