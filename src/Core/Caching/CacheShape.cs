namespace LlmEfficiency.Core.Caching;

/// <summary>The sizes of a key/value cache.</summary>
/// <param name="Layers">How many attention layers store keys and values.</param>
/// <param name="Sequences">How many sequences there are.</param>
/// <param name="KeyValueHeads">How many key/value heads a layer has.</param>
/// <param name="Capacity">How many slots, one a token, each sequence has; the most of any layer where they differ.</param>
/// <param name="HeadDim">The width of a key or value.</param>
public sealed record CacheShape(int Layers, int Sequences, int KeyValueHeads, int Capacity, int HeadDim)
{
    /// <summary>
    /// Gets the capacity of each layer where layers are filled differently; null means that all are filled alike, up to
    /// <see cref="Capacity"/>.
    /// </summary>
    public IReadOnlyList<int>? LayerCapacities { get; init; }

    /// <summary>Gets how many numbers the keys and values of one slot take, all heads of one layer together.</summary>
    public long ElementsPerLayerSlot => 2L * KeyValueHeads * HeadDim;

    /// <summary>Gets how many numbers the cache holds.</summary>
    public long Elements => checked(ElementsPerLayerSlot * Sequences * Slots);

    /// <summary>Gets how many slots a sequence has, all layers together.</summary>
    public long Slots => Enumerable.Range(0, Layers).Sum(layer => (long)CapacityOf(layer));

    /// <summary>Returns the capacity of one layer.</summary>
    public int CapacityOf(int layer) => LayerCapacities?[layer] ?? Capacity;
}
