namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>Falls from 1 to 0 between two lengths in a straight line; with a negative weight it asks for long responses.</summary>
/// <param name="full">Up to so many tokens the reward is 1.</param>
/// <param name="none">From so many on it is 0; more than <paramref name="full"/>.</param>
public sealed class LengthReward(int full, int none) : SingleReward("length")
{
    /// <inheritdoc/>
    protected override double Score(RewardRequest response) =>
        Math.Clamp((none - response.ResponseIds.Count) / (double)(none - full), 0, 1);
}
