namespace LlmEfficiency.SparseRL.Training;

/// <summary>Where a run stands, beside its parameters: all that a resumed run must know.</summary>
public sealed record RlState
{
    /// <summary>Gets the number of iterations made.</summary>
    public long Iteration { get; init; }

    /// <summary>Gets the running number of the first prompt that was not drawn yet.</summary>
    public long NextPrompt { get; init; }

    /// <summary>Gets the number of updates made, which the optimizer's bias correction and the schedule count.</summary>
    public long Updates { get; init; }

    /// <summary>Gets how many updates were left out: everything rejected, or a number not finite.</summary>
    public long SkippedUpdates { get; init; }

    /// <summary>Gets the number of tokens that were drawn.</summary>
    public long Tokens { get; init; }

    /// <summary>Gets the best accuracy of an evaluation so far, with the full cache, greedy; null before the first.</summary>
    public double? BestAccuracy { get; init; }

    /// <summary>Gets the iteration of the best accuracy.</summary>
    public long? BestIteration { get; init; }
}
