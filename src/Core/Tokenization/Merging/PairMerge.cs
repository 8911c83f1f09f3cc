namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>One entry of a <see cref="PairTable"/>.</summary>
/// <param name="Left">The token before.</param>
/// <param name="Right">The token after.</param>
/// <param name="Rank">Lower goes first.</param>
/// <param name="Merged">The token that takes their place.</param>
internal readonly record struct PairMerge(int Left, int Right, int Rank, int Merged);
