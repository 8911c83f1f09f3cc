namespace LlmEfficiency.Core.Simd;

/// <summary>The slots of its sequence that a token sees, ascending: some that lie together, and others behind them.</summary>
/// <param name="start">The first of those that lie together.</param>
/// <param name="together">How many those are.</param>
/// <param name="others">The others.</param>
/// <param name="otherCount">How many those are.</param>
internal readonly unsafe struct VisibleSlots(int start, int together, int* others, int otherCount)
{
    public int Start { get; } = start;

    public int Together { get; } = together;

    public int* Others { get; } = others;

    public int OtherCount { get; } = otherCount;

    /// <summary>Gets how many slots are seen.</summary>
    public int Count => Together + OtherCount;

    /// <summary>Returns what is seen in a layer that fills so many slots fewer; of such sequences every token sees all before it.</summary>
    public VisibleSlots Without(int fewer) => new(Start, Together - fewer, Others, OtherCount);

    /// <summary>Gets the slot behind the last one seen.</summary>
    public int End => OtherCount > 0 ? Others[OtherCount - 1] + 1 : Start + Together;
}
