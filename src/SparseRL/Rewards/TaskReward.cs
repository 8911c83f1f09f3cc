using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>1 if a synthetic task says that the response is right, else 0.</summary>
/// <param name="task">The task that made the prompts.</param>
public sealed class TaskReward(ITask task) : SingleReward("task")
{
    /// <inheritdoc/>
    protected override double Score(RewardRequest response)
    {
        var example = response.Prompt.Example ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration,
            $"reward task: {response.Prompt.Place} is no example of task {task.Name}: take the reward math or exact for questions of a file");
        return task.IsCorrect(example, response.Response) ? 1 : 0;
    }
}
