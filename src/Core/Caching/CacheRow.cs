namespace LlmEfficiency.Core.Caching;

/// <summary>New tokens that one sequence of a cache is about to take in.</summary>
/// <param name="Sequence">Which sequence.</param>
/// <param name="Positions">The position of each new token.</param>
public sealed record CacheRow(int Sequence, ReadOnlyMemory<int> Positions)
{
    /// <summary>
    /// Gets the first slot that <see cref="Sees"/> rules over; all before it are seen by all new tokens.
    /// </summary>
    public int Base { get; init; }

    /// <summary>
    /// Gets whether a new token, given first, sees the slot <see cref="Base"/> plus the second. Null means that each
    /// sees the slots up to its own.
    /// </summary>
    public Func<int, int, bool>? Sees { get; init; }
}
