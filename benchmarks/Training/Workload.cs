namespace LlmEfficiency.Benchmarks.Training;

/// <summary>What one run of a contender works through.</summary>
/// <param name="Tokens">The tokens that are trained on; 0 for a bare matrix product.</param>
/// <param name="Operations">
/// Multiplications and additions: 2 for each term of a product, 6·N·D for a step over D tokens of a model of N parameters.
/// </param>
internal sealed record Workload(long Tokens, double Operations);
