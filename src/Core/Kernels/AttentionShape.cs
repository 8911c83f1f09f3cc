namespace LlmEfficiency.Core.Kernels;

/// <summary>The sizes of causal attention with grouped queries.</summary>
/// <param name="Heads">The number of query heads.</param>
/// <param name="KeyValueHeads">The number of key/value heads, a divisor of <paramref name="Heads"/>.</param>
/// <param name="HeadDim">The width of a head.</param>
/// <param name="Window">How many tokens back a query sees, itself included; null means all.</param>
internal readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadDim, int? Window)
{
    /// <summary>Gets the width of a row of queries.</summary>
    public int QueryWidth => Heads * HeadDim;

    /// <summary>Gets the width of a row of keys or values.</summary>
    public int KeyWidth => KeyValueHeads * HeadDim;

    /// <summary>Gets how many query heads share a key/value head.</summary>
    public int Group => Heads / KeyValueHeads;
}
