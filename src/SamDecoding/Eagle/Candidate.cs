namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>A token that may be drafted.</summary>
/// <param name="Parent">The candidate before it, or <see cref="Core.Speculation.DraftTree.Context"/>.</param>
/// <param name="Token">The token.</param>
/// <param name="Score">The logarithm of the probability of the path up to it.</param>
internal readonly record struct Candidate(int Parent, int Token, double Score);
