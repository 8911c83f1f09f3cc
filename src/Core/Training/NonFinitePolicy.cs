namespace LlmEfficiency.Core.Training;

/// <summary>What happens when a loss or gradient is NaN or infinite.</summary>
public enum NonFinitePolicy
{
    /// <summary>The run ends in the same step; its last checkpoint stays.</summary>
    Stop,

    /// <summary>The step is left out and counted; too many in a row end the run.</summary>
    Skip,
}
