using System.ComponentModel;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Core.Training;

/// <summary>How a run is watched while it goes.</summary>
public sealed record EvaluationSettings
{
    /// <summary>Gets after how many steps the validation loss is computed; 0 is never.</summary>
    [Description("Steps between two evaluations; 0 is never")]
    public long Every { get; init; } = 200;

    /// <summary>Gets the most validation documents that are looked at.</summary>
    [Description("Most validation documents of one evaluation")]
    public long Documents { get; init; } = 200;

    /// <summary>Gets after how many evaluations without improvement the run ends early; null is never.</summary>
    [Description("Evaluations without improvement that end the run early; null is never")]
    public int? Patience { get; init; }

    /// <summary>Gets by how much the validation loss must fall to count as improved.</summary>
    [Description("Least fall of the validation loss, in nats, that counts as improvement")]
    public double MinImprovement { get; init; }

    /// <summary>Gets the synthetic tasks whose accuracy is measured as well.</summary>
    [Description("Synthetic tasks whose accuracy on held-out examples is measured at each evaluation")]
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Gets how many examples of each task.</summary>
    [Description("Examples of each task")]
    public int TaskExamples { get; init; } = 50;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        foreach (var task in Tasks)
        {
            _ = TaskList.Find(task);
        }

        if (Every < 0 || Documents < 1 || TaskExamples < 1 || Patience < 1 || !(MinImprovement >= 0))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"evaluation: every is {Every} (0 or more), documents {Documents} (1 or more), patience {Patience} (1 or more, or null), "
                + $"min_improvement {MinImprovement} (0 or more), task_examples {TaskExamples} (1 or more)");
        }
    }
}
