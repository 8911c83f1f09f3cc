using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.Benchmarks.Rollouts;

/// <summary>One generation of a batch.</summary>
/// <param name="Seconds">The time by the clock.</param>
/// <param name="ProcessorSeconds">The processor time of the process.</param>
/// <param name="Report">What else was measured.</param>
internal sealed record RolloutRun(double Seconds, double ProcessorSeconds, GenerationReport Report);
