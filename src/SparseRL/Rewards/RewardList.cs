using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>All rewards by kind.</summary>
public static class RewardList
{
    /// <summary>Gets the kinds there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["task", "math", "exact", "regex", "format", "length", "external"];

    /// <summary>Makes the scorer that settings describe.</summary>
    /// <param name="rewards">The rewards to sum, at least one.</param>
    /// <param name="task">The task that the prompts are of; null for questions of a file.</param>
    /// <exception cref="LlmEfficiencyException">A setting cannot work, or an external program cannot be started.</exception>
    public static RewardScorer Open(IReadOnlyList<RewardSettings> rewards, ITask? task)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        if (rewards.Count == 0)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, "rewards is empty: name at least one reward");
        }

        for (var index = 0; index < rewards.Count; index++)
        {
            rewards[index].Validate(string.Create(CultureInfo.InvariantCulture, $"rewards[{index}]"));
        }

        return new RewardScorer(new WeightedReward([.. rewards.Select(settings => (Make(settings, task), settings.Weight))]));
    }

    private static IReward Make(RewardSettings settings, ITask? task) => settings.Kind switch
    {
        "task" => new TaskReward(task ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, "rewards: kind task judges prompts of a task, and these are questions of a file: use math or exact")),
        "math" => new MathReward(settings.RequiresBox, settings.Tolerance),
        "exact" => new ExactReward(),
        "regex" => new RegexReward(settings.Pattern!),
        "format" => new FormatReward(settings.Form),
        "length" => new LengthReward(settings.FullTokens, settings.NoneTokens),
        _ => new ExternalReward(settings.Command, TimeSpan.FromSeconds(settings.TimeoutSeconds)),
    };
}
