using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Log-probabilities of responses by a model that sees everything: π_old and π_ref.</summary>
internal static class DensePass
{
    /// <summary>Computes the log-probability of every response token with the full cache.</summary>
    /// <param name="learner">Holds the model, at the sampling temperature.</param>
    /// <param name="packed">The responses in shards.</param>
    /// <param name="rollouts">The same responses.</param>
    /// <returns>For each response, one natural logarithm a token.</returns>
    public static float[][] LogProbabilities(Learner learner, PackedRollouts packed, IReadOnlyList<Rollout> rollouts)
    {
        float[][] found = [.. rollouts.Select(rollout => new float[rollout.ResponseIds.Count])];
        learner.Evaluate(packed.Shards, shard => packed.Objective(shard, (response, first, values, _) =>
        {
            values.CopyTo(found[response].AsSpan(first));
            return 0;
        }));
        return found;
    }
}
