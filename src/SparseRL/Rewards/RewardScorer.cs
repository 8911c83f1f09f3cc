using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>
/// Judges the responses of a rollout. What the model did not end itself gets 0 and is counted; no reward sees it.
/// </summary>
/// <param name="reward">The rewards; disposed with this.</param>
public sealed class RewardScorer(WeightedReward reward) : IDisposable
{
    /// <summary>Judges a batch.</summary>
    /// <param name="responses">Responses of any end.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="LlmEfficiencyException">A response cannot be judged, or a reward is not finite.</exception>
    public ScoredResponses Score(IReadOnlyList<RewardRequest> responses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        RewardRequest[] complete = [.. responses.Where(response => !response.IsTruncated)];
        var (sum, parts) = reward.ScoreParts(complete, cancellation);
        CheckFinite(complete, parts);
        var values = new double[responses.Count];
        var next = 0;
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = responses[index].IsTruncated ? 0 : sum[next++];
        }

        var means = reward.Parts.Zip(parts, (part, scores) =>
            KeyValuePair.Create(part.Reward.Name, responses.Count == 0 ? 0 : scores.Sum() / responses.Count));
        return new ScoredResponses(values, responses.Count - complete.Length, [.. means]);
    }

    /// <inheritdoc/>
    public void Dispose() => reward.Dispose();

    private void CheckFinite(RewardRequest[] responses, IReadOnlyList<IReadOnlyList<double>> parts)
    {
        for (var part = 0; part < parts.Count; part++)
        {
            for (var index = 0; index < responses.Length; index++)
            {
                if (!double.IsFinite(parts[part][index]))
                {
                    throw new LlmEfficiencyException(
                        ErrorKind.Numerics,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"reward {reward.Parts[part].Reward.Name} is {parts[part][index]} for a response to {responses[index].Prompt.Place}: "
                            + $"it must be a finite number"));
                }
            }
        }
    }
}
