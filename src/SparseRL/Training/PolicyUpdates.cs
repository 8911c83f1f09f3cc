using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Objectives;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Learns from the responses of one iteration, some of them at each update.</summary>
/// <param name="learner">The policy.</param>
/// <param name="settings">Rates and sizes.</param>
/// <param name="objective">What is optimised.</param>
/// <param name="longest">Most tokens of a response.</param>
internal sealed class PolicyUpdates(Learner learner, PolicyTrainingSettings settings, ObjectiveSettings objective, int longest)
{
    private readonly PolicyObjective _objective = new(objective);

    /// <summary>Makes one update.</summary>
    /// <param name="batch">All responses of the iteration.</param>
    /// <param name="members">Which of them this update learns from.</param>
    /// <param name="update">How many updates the run has made.</param>
    /// <returns>What came of it; null if no token had a loss, so that nothing was learned.</returns>
    /// <exception cref="LlmEfficiencyException">Loss or gradient are not finite, and the settings say to stop.</exception>
    public UpdateReport? Make(LearningBatch batch, int[] members, long update)
    {
        Rollout[] rollouts = [.. members.Select(member => batch.Rollouts[member])];
        var terms = SequenceTerms.Of(
            objective,
            [.. members.Select(member => batch.LogProbabilities[member])],
            [.. members.Select(member => batch.Corrected.Sequences[member])],
            [.. members.Select(member => batch.Advantages[member])],
            longest);
        if (terms.All(term => term.Correction.KeptTokens == 0))
        {
            return null;
        }

        var packed = new PackedRollouts(rollouts, settings.TokensPerShard);
        if (objective.LossMode == LossMode.Gspo)
        {
            terms = WithRatios(terms, DensePass.LogProbabilities(learner, packed, rollouts));
        }

        PolicyStatistics[] parts = [.. packed.Shards.Select(_ => new PolicyStatistics())];
        var rates = settings.Rates(update);
        var step = learner.Step(
            packed.Shards,
            shard => packed.Objective(shard, (response, first, current, slopes) =>
                _objective.Evaluate(terms[response], first, current, slopes, parts[shard])),
            rates,
            settings.ClipNorm);
        if (!step.IsFinite && settings.NonFinite == NonFinitePolicy.Stop)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Numerics,
                $"update {update + 1}: the loss is {step.Loss}, the gradient's length {step.GradientNorm}: "
                + "lower training.learning_rate, or set training.non_finite to skip");
        }

        var statistics = new PolicyStatistics();
        foreach (var part in parts)
        {
            statistics.Add(part);
        }

        return new UpdateReport(statistics, step.GradientNorm, rates.LearningRate, step.IsFinite);
    }

    private SequenceTerms[] WithRatios(IReadOnlyList<SequenceTerms> terms, float[][] current) =>
        [.. terms.Select((term, response) => term with { SequenceLogRatio = _objective.SequenceLogRatio(term, current[response]) })];
}
