namespace LlmEfficiency.Core.Training;

/// <summary>Where a run stands, beside its parameters: all that a resumed run must know.</summary>
public sealed record TrainerState
{
    /// <summary>Gets the number of steps made.</summary>
    public long Step { get; init; }

    /// <summary>Gets the first sample that was not seen yet.</summary>
    public long NextSample { get; init; }

    /// <summary>Gets the number of updates made, which the optimizer's bias correction counts.</summary>
    public long Updates { get; init; }

    /// <summary>Gets the number of tokens run.</summary>
    public long Tokens { get; init; }

    /// <summary>Gets how many steps were left out in a row.</summary>
    public int SkipsInRow { get; init; }

    /// <summary>Gets the sum of the losses since the last line of the metric log.</summary>
    public double LossSum { get; init; }

    /// <summary>Gets how many losses that sum has.</summary>
    public long LossCount { get; init; }

    /// <summary>Gets the best validation loss so far; null before the first.</summary>
    public double? BestLoss { get; init; }

    /// <summary>Gets the step of the best validation loss.</summary>
    public long? BestStep { get; init; }

    /// <summary>Gets how many evaluations in a row did not improve.</summary>
    public int StaleEvaluations { get; init; }
}
