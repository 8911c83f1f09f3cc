namespace LlmEfficiency.Core.Caching;

/// <summary>The sizes of a key/value cache.</summary>
/// <param name="Layers">How many attention layers store keys and values.</param>
/// <param name="Sequences">How many sequences there are.</param>
/// <param name="KeyValueHeads">How many key/value heads a layer has.</param>
/// <param name="Capacity">How many slots, one a token, each sequence has.</param>
/// <param name="HeadDim">The width of a key or value.</param>
public sealed record CacheShape(int Layers, int Sequences, int KeyValueHeads, int Capacity, int HeadDim)
{
    /// <summary>Gets how many numbers the keys and values of one slot take, all layers and heads together.</summary>
    public long ElementsPerSlot => 2L * Layers * KeyValueHeads * HeadDim;

    /// <summary>Gets how many numbers the cache holds.</summary>
    public long Elements => checked(ElementsPerSlot * Sequences * Capacity);
}
