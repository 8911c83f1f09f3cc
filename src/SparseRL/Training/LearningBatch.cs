using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>All that an iteration learns from; the lists run side by side.</summary>
/// <param name="Rollouts">The responses.</param>
/// <param name="LogProbabilities">What the frozen policies give their tokens.</param>
/// <param name="Corrected">Weights and masks.</param>
/// <param name="Advantages">One for each response.</param>
internal sealed record LearningBatch(
    IReadOnlyList<Rollout> Rollouts,
    IReadOnlyList<SequenceLogProbabilities> LogProbabilities,
    CorrectedBatch Corrected,
    IReadOnlyList<double> Advantages);
