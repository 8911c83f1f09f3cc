using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Tasks.Arithmetic;
using LlmEfficiency.Core.Tasks.Dialogue;
using LlmEfficiency.Core.Tasks.Editing;
using LlmEfficiency.Core.Tasks.Stories;
using LlmEfficiency.Core.Tasks.Symbols;

namespace LlmEfficiency.Core.Tasks;

/// <summary>All tasks by name.</summary>
public static class TaskList
{
    /// <summary>
    /// Gets the tasks, in the order of tables: four skills of language, the conversations that mix them, and three tasks with an answer that
    /// can be checked, for reinforcement learning.
    /// </summary>
    public static IReadOnlyList<ITask> All { get; } =
    [
        new StoriesTask(), new ArithmeticTask(), new CopyEditTask(), new ChatTask(), new MixedConversation(), new PermutationWalkTask(),
        new KeyedSumTask(), new CountdownTask(),
    ];

    /// <summary>Returns the task of a name, which parameters may follow: <c>permutation-walk:k=8:m=48</c>.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// There is no such task or parameter, or a value is outside its range; the message lists what there is.
    /// </exception>
    public static ITask Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = All.FirstOrDefault(task => task.Name == name);
        return plain ?? Make(new NamedParameters("task", name));
    }

    private static ITask Make(NamedParameters parameters)
    {
        var task = parameters.Name switch
        {
            ArithmeticTask.Plain => ArithmeticTask.Of(parameters),
            PermutationWalkTask.Plain => PermutationWalkTask.Of(parameters),
            KeyedSumTask.Plain => KeyedSumTask.Of(parameters),
            CountdownTask.Plain => CountdownTask.Of(parameters),
            var name => All.FirstOrDefault(task => task.Name == name) ?? throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"task '{name}' does not exist; use one of {string.Join(", ", All.Select(task => task.Name))}"),
        };
        parameters.Finish();
        return task;
    }
}
