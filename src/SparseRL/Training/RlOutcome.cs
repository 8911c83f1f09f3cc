using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>How a run ended.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Stop">The signal that stopped it; null if it came to its end.</param>
/// <param name="ModelFolder">The folder of the trained policy; null if the run was stopped.</param>
public sealed record RlOutcome(RlState State, StopReason? Stop, string? ModelFolder);
