namespace LlmEfficiency.Core.Training;

/// <summary>How far a run is.</summary>
/// <param name="Report">The last step.</param>
/// <param name="Steps">The number of steps of the run.</param>
/// <param name="MeanLoss">The mean loss since the last line of the log.</param>
/// <param name="ValidationLoss">The last validation loss; null before the first.</param>
/// <param name="TokensPerSecond">The speed since the last report.</param>
/// <param name="Remaining">How long the rest takes at the speed so far.</param>
/// <param name="IsLogged">Whether the step was written to the metric log.</param>
public sealed record TrainingProgress(
    StepReport Report, long Steps, double MeanLoss, double? ValidationLoss, double TokensPerSecond, TimeSpan Remaining, bool IsLogged);
