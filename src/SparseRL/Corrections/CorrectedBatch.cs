namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>What the correction makes of a rollout batch.</summary>
/// <param name="Sequences">One for each response, in their order.</param>
/// <param name="Counts">What was done.</param>
public sealed record CorrectedBatch(IReadOnlyList<CorrectedSequence> Sequences, CorrectionCounts Counts);
