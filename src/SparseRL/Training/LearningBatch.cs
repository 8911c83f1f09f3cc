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
    IReadOnlyList<double> Advantages)
{
    /// <summary>Lists the responses as they are written down.</summary>
    /// <param name="iteration">The iteration that drew them.</param>
    public IReadOnlyList<JournalEntry> Entries(long iteration) =>
    [
        .. Rollouts.Select((rollout, i) =>
        {
            var ratios = LogProbabilities[i];
            int? least = ratios.Length == 0 ? null : Enumerable.Range(0, ratios.Length).MinBy(ratios.LogRatio);
            return new JournalEntry
            {
                Iteration = iteration,
                Rollout = rollout,
                Advantage = Advantages[i],
                IsRejected = Corrected.Sequences[i].IsRejected,
                MinRatio = least is { } token ? Math.Exp(ratios.LogRatio(token)) : 1,
                MinRatioAt = least,
            };
        }),
    ];
}
