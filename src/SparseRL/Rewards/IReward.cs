namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>Judges responses by a number: the more, the better.</summary>
public interface IReward
{
    /// <summary>Gets the name for tables and messages.</summary>
    string Name { get; }

    /// <summary>Judges a batch.</summary>
    /// <param name="responses">Complete responses.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>A finite number for each, in their order.</returns>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A response cannot be judged.</exception>
    IReadOnlyList<double> Score(IReadOnlyList<RewardRequest> responses, CancellationToken cancellation = default);
}
