using System.ComponentModel;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Training;

/// <summary>What a run writes down.</summary>
public sealed record LoggingSettings
{
    /// <summary>Gets how many steps a line of the metric log covers.</summary>
    [Description("Steps between two lines of metrics.jsonl")]
    public long Every { get; init; } = 10;

    /// <summary>Gets whether the numbers go to TensorBoard as well.</summary>
    [Description("Write TensorBoard event files as well")]
    public bool TensorBoard { get; init; }

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        if (Every < 1)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"logging.every is {Every}: it must be 1 or more");
        }
    }
}
