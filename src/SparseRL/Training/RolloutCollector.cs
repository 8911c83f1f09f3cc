using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Advantages;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rewards;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Draws and judges the responses of an iteration: whole groups, with dynamic sampling where the settings ask for it.</summary>
/// <param name="learner">Its threads draw.</param>
/// <param name="sampler">Draws.</param>
/// <param name="prompts">The prompts.</param>
/// <param name="scorer">The judge.</param>
/// <param name="settings">The sizes.</param>
/// <param name="time">The clock.</param>
internal sealed class RolloutCollector(
    Learner learner, RolloutSampler sampler, IPromptSource prompts, RewardScorer scorer, RlSettings settings, TimeProvider time)
{
    private readonly PromptOrder _order = new(prompts.Count, settings.Training.Seed);
    private readonly GroupFilterSettings _filter = settings.Objective.FilterGroups;

    /// <summary>Collects.</summary>
    /// <param name="nextPrompt">The running number of the first prompt to draw.</param>
    public CollectedGroups Collect(long nextPrompt)
    {
        var wanted = settings.Training.PromptsPerIteration;
        var (kept, drawn) = (new List<Rollout[]>(), new List<Rollout>());
        var cost = new SamplingCost();
        var began = time.GetTimestamp();
        for (var batch = 0; kept.Count < wanted && batch < (_filter.Enable ? _filter.MaxNumGenBatches : 1); batch++)
        {
            var groups = Draw(nextPrompt, wanted, cost);
            nextPrompt += wanted;
            drawn.AddRange(groups.SelectMany(group => group));
            kept.AddRange(groups.Where(group => !_filter.Enable || HasSignal(group)).Take(wanted - kept.Count));
        }

        cost.Seconds = time.GetElapsedTime(began).TotalSeconds;
        return new CollectedGroups(kept, drawn, nextPrompt, cost);
    }

    private static bool HasSignal(Rollout[] group) => GroupFilter.HasSignal([.. group.Select(rollout => rollout.Reward)]);

    private Rollout[][] Draw(long first, int count, SamplingCost cost)
    {
        var items = Enumerable.Range(0, count).Select(offset => prompts[_order[first + offset]]).ToArray();
        RolloutRequest[][] batches =
        [
            .. items.SelectMany((item, offset) => Enumerable.Range(0, settings.Rollout.N)
                .Select(sample => new RolloutRequest(first + offset, sample, item.Ids))).Chunk(settings.Rollout.Batch),
        ];
        var outcomes = new RolloutBatch[batches.Length];
        learner.ForEach(batches.Length, batch => outcomes[batch] = sampler.Draw(batches[batch]));
        cost.Add(outcomes);
        Rollout[] rollouts = [.. outcomes.SelectMany(outcome => outcome.Rollouts)];
        var scores = scorer.Score([.. rollouts.Select(rollout => Request(items[rollout.Prompt - first], rollout))]);
        return [.. rollouts.Zip(scores.Values, Judged).Chunk(settings.Rollout.N)];
    }

    private Rollout Judged(Rollout rollout, double reward) => rollout with
    {
        Reward = reward + settings.Objective.OverlongBuffer.Penalty(rollout.ResponseIds.Count, settings.Rollout.MaxResponseLength),
    };

    private static RewardRequest Request(RolloutPrompt item, Rollout rollout) => new(item, rollout.Text, rollout.ResponseIds, rollout.Finish);
}
