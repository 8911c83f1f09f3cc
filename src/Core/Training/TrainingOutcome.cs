using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Training;

/// <summary>How a run ended.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Stop">The signal that stopped it; null if it came to its end.</param>
/// <param name="IsEarly">Whether it ended because the validation loss did not improve any more.</param>
/// <param name="ModelFolder">The folder of the trained model; null if the run was stopped.</param>
public sealed record TrainingOutcome(TrainerState State, StopReason? Stop, bool IsEarly, string? ModelFolder);
