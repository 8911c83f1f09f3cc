namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>The weighted sum of several rewards.</summary>
/// <param name="parts">The rewards and their weights; this one disposes them.</param>
public sealed class WeightedReward(IReadOnlyList<(IReward Reward, double Weight)> parts) : IReward, IDisposable
{
    /// <inheritdoc/>
    public string Name => string.Join('+', parts.Select(part => part.Reward.Name));

    /// <summary>Gets the rewards that are summed.</summary>
    public IReadOnlyList<(IReward Reward, double Weight)> Parts => parts;

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(IReadOnlyList<RewardRequest> responses, CancellationToken cancellation = default) =>
        ScoreParts(responses, cancellation).Sum;

    /// <summary>Judges a batch, and tells what each part said.</summary>
    /// <returns>The sums, and for each part its values without the weight.</returns>
    public (double[] Sum, IReadOnlyList<IReadOnlyList<double>> Parts) ScoreParts(
        IReadOnlyList<RewardRequest> responses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var values = parts.Select(part => part.Reward.Score(responses, cancellation)).ToArray();
        var sum = new double[responses.Count];
        for (var index = 0; index < sum.Length; index++)
        {
            for (var part = 0; part < parts.Count; part++)
            {
                sum[index] += parts[part].Weight * values[part][index];
            }
        }

        return (sum, values);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in parts)
        {
            (part.Reward as IDisposable)?.Dispose();
        }
    }
}
