namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>A reward that judges each response by itself.</summary>
/// <param name="name">The name for tables and messages.</param>
public abstract class SingleReward(string name) : IReward
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(IReadOnlyList<RewardRequest> responses, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var values = new double[responses.Count];
        for (var index = 0; index < values.Length; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            values[index] = Score(responses[index]);
        }

        return values;
    }

    /// <summary>Judges one response.</summary>
    protected abstract double Score(RewardRequest response);
}
