using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>A part of a sweep that one thread does.</summary>
/// <param name="Name">What is told of it.</param>
/// <param name="Requires">The base that must be there before; null for none.</param>
/// <param name="Makes">The base that is there behind it; null for none.</param>
/// <param name="Work">How much there is to do, in parameters times tokens.</param>
/// <param name="Do">Does it; returns whether it came to its end.</param>
internal sealed record SweepJob(
    string Name, string? Requires, string? Makes, double Work, Func<Func<StopReason?>, Action<TrainingProgress>, bool> Do);
