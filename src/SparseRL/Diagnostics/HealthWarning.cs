using System.Globalization;

namespace LlmEfficiency.SparseRL.Diagnostics;

/// <summary>A number of a training run that is where it should not be.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Metric">The number's name.</param>
/// <param name="Value">Its value, of the latest step or the mean of the recent ones.</param>
/// <param name="Bound">What it should not pass.</param>
/// <param name="IsAbove">Whether it is above the bound rather than below.</param>
/// <param name="Meaning">What that means.</param>
/// <param name="Remedy">What to change.</param>
public sealed record HealthWarning(
    string Rule, string Metric, double Value, double Bound, bool IsAbove, string Meaning, string Remedy)
{
    /// <summary>Says it in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Metric} is {Value:G3}, {(IsAbove ? "above" : "below")} {Bound:G3}: {Meaning}; {Remedy}");
}
