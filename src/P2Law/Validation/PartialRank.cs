namespace LlmEfficiency.P2Law.Validation;

/// <summary>What a fit to a part of the rows can tell.</summary>
/// <param name="Rank">
/// How many directions of the constants the places of the part can tell, whatever was measured there. Where it is less than the number of
/// constants, many laws fit the part as well.
/// </param>
/// <param name="FreeCount">How many constants were fitted.</param>
/// <param name="Unidentified">The names of the constants that the fit to the part does not determine.</param>
public sealed record PartialRank(int Rank, int FreeCount, IReadOnlyList<string> Unidentified);
