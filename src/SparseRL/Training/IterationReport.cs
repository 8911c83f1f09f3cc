namespace LlmEfficiency.SparseRL.Training;

/// <summary>What happened in an iteration.</summary>
/// <param name="Iteration">Its number, from 1 on.</param>
/// <param name="Batch">What it learned from.</param>
/// <param name="Collected">What was drawn.</param>
/// <param name="Updates">The updates that were tried.</param>
/// <param name="Skipped">How many updates were left out.</param>
internal sealed record IterationReport(
    long Iteration, LearningBatch Batch, CollectedGroups Collected, IReadOnlyList<UpdateReport> Updates, int Skipped);
