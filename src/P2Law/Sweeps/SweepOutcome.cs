using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>How a sweep ended.</summary>
/// <param name="Done">How many cells are done.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Rows">The rows of the table.</param>
/// <param name="Table">The file of the table.</param>
/// <param name="Stop">The signal that stopped it; null if it was not stopped.</param>
/// <param name="Failures">What failed, by the name of its base or cell.</param>
public sealed record SweepOutcome(
    int Done, int Total, int Rows, string Table, StopReason? Stop, IReadOnlyList<(string Name, LlmEfficiencyException Problem)> Failures);
