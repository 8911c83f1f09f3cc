using LlmEfficiency.Core.Tensors;

namespace LlmEfficiency.Core.Caching;

/// <summary>
/// Rows of a step whose sequences lie side by side in the cache, so that one view holds all their keys.
/// </summary>
/// <param name="FirstRow">The first of the rows.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="FirstSequence">The sequence of the first row.</param>
/// <param name="Total">How many slots are in view: the longest of the sequences, new tokens included.</param>
/// <param name="Visibility">Which slots the new tokens see.</param>
public sealed record CacheRun(int FirstRow, int Rows, int FirstSequence, int Total, Visibility Visibility);
