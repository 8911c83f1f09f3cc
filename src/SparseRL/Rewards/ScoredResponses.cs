namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>The rewards of a batch.</summary>
/// <param name="Values">One for each response.</param>
/// <param name="Truncated">How many responses got 0 because the model did not end them.</param>
/// <param name="Means">The mean of each reward that was summed, without its weight, truncated responses counting 0.</param>
public sealed record ScoredResponses(
    IReadOnlyList<double> Values, int Truncated, IReadOnlyList<KeyValuePair<string, double>> Means);
