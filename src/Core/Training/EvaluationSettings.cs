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

    /// <summary>Gets whether the model is evaluated before the first step as well: a loss that training has not touched.</summary>
    [Description("Evaluate before the first step as well; such a result counts for no best loss and no patience")]
    public bool AtStart { get; init; }

    /// <summary>Gets numbers of tokens behind which the model is evaluated, beside <see cref="Every"/>.</summary>
    [Description("Numbers of tokens: the first step that reaches one is followed by an evaluation, beside every")]
    public IReadOnlyList<long> AtTokens { get; init; } = [];

    /// <summary>Gets such numbers at equal ratios; null for none.</summary>
    [Description("Such numbers at equal ratios: from, to, count; null for none")]
    public LogSpacedSettings? LogSpaced { get; init; }

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

    /// <summary>Gets whether the model is evaluated at all.</summary>
    internal bool IsWanted => Every > 0 || AtStart || AtTokens.Count > 0 || LogSpaced is not null;

    /// <summary>Returns whether an evaluation is due between two numbers of tokens.</summary>
    /// <param name="before">The tokens before a step.</param>
    /// <param name="after">The tokens behind it.</param>
    internal bool IsPassed(long before, long after) =>
        AtTokens.Concat(LogSpaced?.Marks() ?? []).Any(mark => before < mark && mark <= after);

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        foreach (var task in Tasks)
        {
            _ = TaskList.Find(task);
        }

        LogSpaced?.Validate();
        if (AtTokens.Any(mark => mark < 1))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"evaluation.at_tokens is [{string.Join(", ", AtTokens)}]: each must be 1 or more");
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
