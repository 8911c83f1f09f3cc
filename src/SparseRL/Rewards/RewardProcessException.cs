namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>A program that computes rewards did not do so; it must be killed.</summary>
internal sealed class RewardProcessException : Exception
{
    /// <summary>Says why.</summary>
    public RewardProcessException(string message)
        : base(message)
    {
    }
}
