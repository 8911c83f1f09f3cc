namespace LlmEfficiency.P2Law.Planning;

/// <summary>Which model to prune to a wanted size, the best one first.</summary>
/// <param name="FinalSize">The parameters that are to be left.</param>
/// <param name="Tokens">The tokens that each may see.</param>
/// <param name="Flops">The compute of that.</param>
/// <param name="Candidates">The models.</param>
public sealed record SizePlan(double FinalSize, double Tokens, double Flops, IReadOnlyList<SizeCandidate> Candidates);
