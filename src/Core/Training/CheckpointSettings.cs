using System.ComponentModel;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Training;

/// <summary>When a run is saved.</summary>
public sealed record CheckpointSettings
{
    /// <summary>Gets after how many steps a checkpoint is saved; 0 is only at the end and at a stop.</summary>
    [Description("Steps between two checkpoints; 0 saves at the end and at a stop only")]
    public long Every { get; init; } = 500;

    /// <summary>Gets how many are kept.</summary>
    [Description("How many checkpoints are kept, beside the best one")]
    public int Keep { get; init; } = 2;

    /// <summary>Gets whether the checkpoint of the best validation loss is kept as well.</summary>
    [Description("Save a checkpoint at each new best validation loss and keep the best one")]
    public bool KeepBest { get; init; } = true;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        if (Every < 0 || Keep < 1)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"checkpoints: every is {Every} (0 or more), keep is {Keep} (1 or more)");
        }
    }
}
