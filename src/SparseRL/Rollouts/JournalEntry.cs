namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>A response as it is written down.</summary>
public sealed record JournalEntry
{
    /// <summary>Gets the iteration that drew it, from 1 on.</summary>
    public required long Iteration { get; init; }

    /// <summary>Gets the response.</summary>
    public required Rollout Rollout { get; init; }

    /// <summary>Gets its advantage within its group.</summary>
    public required double Advantage { get; init; }

    /// <summary>Gets whether the correction rejected it.</summary>
    public required bool IsRejected { get; init; }

    /// <summary>Gets the smallest ξ of its tokens.</summary>
    public required double MinRatio { get; init; }

    /// <summary>Gets how many of its tokens come before the one with the smallest ξ; null in an empty response, and in journals that do not say it.</summary>
    public int? MinRatioAt { get; init; }
}
