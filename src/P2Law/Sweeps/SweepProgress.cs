namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">How many bases and cells are done.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Running">What is being done, with step, steps and the mean loss.</param>
/// <param name="Remaining">How long the rest takes at the speed so far; null where nothing can be said.</param>
public sealed record SweepProgress(
    int Done, int Total, IReadOnlyList<(string Name, long Step, long Steps, double Loss)> Running, TimeSpan? Remaining);
