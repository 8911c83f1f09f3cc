namespace LlmEfficiency.Core.Reports;

/// <summary>What the x axes of a run's charts show.</summary>
public enum ReportAxis
{
    /// <summary>Optimizer steps.</summary>
    Step,

    /// <summary>Tokens trained on; numbers of steps before the first known count are left out.</summary>
    Tokens,
}
