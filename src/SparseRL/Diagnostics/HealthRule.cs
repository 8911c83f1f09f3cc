namespace LlmEfficiency.SparseRL.Diagnostics;

/// <summary>Looks at one number of a run.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Metric">The number's name.</param>
/// <param name="Value">What is held against the bound; null where the run has no such number yet.</param>
/// <param name="Bound">The bound; null where there is none yet.</param>
/// <param name="IsAbove">Whether a value above the bound is a warning, rather than one below.</param>
/// <param name="Meaning">What a warning means.</param>
/// <param name="Remedy">What to change.</param>
internal sealed record HealthRule(
    string Name,
    string Metric,
    Func<HealthHistory, string, double?> Value,
    Func<HealthHistory, string, double?> Bound,
    bool IsAbove,
    string Meaning,
    string Remedy)
{
    /// <summary>Returns the warning, or null where the number is well, or is none yet.</summary>
    public HealthWarning? Check(HealthHistory history)
    {
        if (Value(history, Metric) is not { } value || Bound(history, Metric) is not { } bound)
        {
            return null;
        }

        // written so that a value that is no number warns
        var isWell = IsAbove ? value <= bound : value >= bound;
        return isWell ? null : new HealthWarning(Name, Metric, value, bound, IsAbove, Meaning, Remedy);
    }
}
