using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Advantages;
using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>
/// One iteration after the other: draw with the sparse sampler, judge, recompute densely, correct, update. Bits depend on settings, prompts and
/// parameters, not on the number of threads.
/// </summary>
/// <param name="learner">The policy, at the sampling temperature.</param>
/// <param name="reference">The model that the policy should stay near; null without one.</param>
/// <param name="collector">Draws and judges.</param>
/// <param name="settings">All settings.</param>
internal sealed class PolicyTrainer(Learner learner, Learner? reference, RolloutCollector collector, RlSettings settings)
{
    private const ulong OrderKey = 0x6f72_6465_72; // other random numbers than those that draw responses

    private readonly PolicyUpdates _updates = new(learner, settings.Training, settings.Objective, settings.Rollout.MaxResponseLength);

    /// <summary>Makes an iteration.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <returns>Where it stands then, and what happened.</returns>
    public (RlState State, IterationReport Report) Iterate(RlState state)
    {
        var collected = collector.Collect(state.NextPrompt);
        var batch = Prepare(collected);
        var reports = new List<UpdateReport>();
        var (updates, skipped) = (state.Updates, state.SkippedUpdates);
        for (var epoch = 0; epoch < settings.Training.Epochs; epoch++)
        {
            foreach (var members in Shares(batch.Rollouts.Count, state.Iteration, epoch))
            {
                var report = _updates.Make(batch, members, updates);
                if (report is { IsFinite: true })
                {
                    updates++;
                }
                else
                {
                    skipped++;
                }

                reports.AddRange(report is null ? [] : [report]);
            }
        }

        var next = state with
        {
            Iteration = state.Iteration + 1,
            NextPrompt = collected.NextPrompt,
            Updates = updates,
            SkippedUpdates = skipped,
            Tokens = state.Tokens + collected.Drawn.Sum(rollout => (long)rollout.ResponseIds.Count),
        };
        return (next, new IterationReport(next.Iteration, batch, collected, reports, (int)(skipped - state.SkippedUpdates)));
    }

    /// <summary>Draws, judges and corrects the responses of one iteration, and learns nothing.</summary>
    /// <param name="firstPrompt">The running number of the first prompt.</param>
    public LearningBatch Prepare(long firstPrompt) => Prepare(collector.Collect(firstPrompt));

    private LearningBatch Prepare(CollectedGroups collected)
    {
        Rollout[] rollouts = [.. collected.Groups.SelectMany(group => group)];
        var packed = new PackedRollouts(rollouts, settings.Training.TokensPerShard);
        var old = DensePass.LogProbabilities(learner, packed, rollouts);
        var anchor = reference is null ? null : DensePass.LogProbabilities(reference, packed, rollouts);
        SequenceLogProbabilities[] sequences =
        [
            .. rollouts.Select((rollout, i) => new SequenceLogProbabilities(
                [.. rollout.LogProbabilities], old[i], anchor?[i], rollout.ExactTokens)),
        ];
        double[] advantages =
        [
            .. collected.Groups.SelectMany(group => GroupAdvantage.Of(
                settings.Objective.AdvEstimator, settings.Objective.NormAdvByStdInGrpo, [.. group.Select(rollout => rollout.Reward)])),
        ];
        return new LearningBatch(
            rollouts, sequences, RolloutCorrection.Of(sequences, settings.Objective.RolloutCorrection), advantages);
    }

    // Shares the responses out among the updates, in an order drawn anew for each iteration and epoch.
    private IEnumerable<int[]> Shares(int count, long iteration, int epoch)
    {
        var random = new SequenceRandom(settings.Training.Seed ^ OrderKey, (ulong)iteration);
        int[] order = [.. Enumerable.Range(0, count)];
        for (var left = count - 1; left > 0; left--)
        {
            var other = (int)(random.Uniform(left, epoch) * (left + 1));
            (order[left], order[other]) = (order[other], order[left]);
        }

        var updates = Math.Min(settings.Training.UpdatesPerIteration, Math.Max(count, 1));
        for (var update = 0; update < updates && count > 0; update++)
        {
            yield return order[(count * update / updates)..(count * (update + 1) / updates)];
        }
    }
}
