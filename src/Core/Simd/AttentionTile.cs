namespace LlmEfficiency.Core.Simd;

/// <summary>Queries of one sequence that share a key/value head: neighbouring tokens, and the query heads of the group.</summary>
/// <param name="FirstRow">The first token of the sequence's run.</param>
/// <param name="Head">The key/value head.</param>
/// <param name="FirstQuery">The first query: tokens of the run in turn, each with the heads of the group in turn.</param>
/// <param name="Count">How many queries, up to <see cref="Most"/>.</param>
internal readonly record struct AttentionTile(int FirstRow, int Head, int FirstQuery, int Count)
{
    /// <summary>The most queries of a tile, which read keys and values together.</summary>
    public const int Most = 12;
}
