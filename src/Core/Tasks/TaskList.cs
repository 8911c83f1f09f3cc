using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks.Arithmetic;
using LlmEfficiency.Core.Tasks.Dialogue;
using LlmEfficiency.Core.Tasks.Editing;
using LlmEfficiency.Core.Tasks.Stories;

namespace LlmEfficiency.Core.Tasks;

/// <summary>All tasks by name.</summary>
public static class TaskList
{
    /// <summary>Gets the tasks, in the order of tables: four skills, and the conversations that mix them.</summary>
    public static IReadOnlyList<ITask> All { get; } =
        [new StoriesTask(), new ArithmeticTask(), new CopyEditTask(), new ChatTask(), new MixedConversation()];

    /// <summary>Returns the task of a name.</summary>
    /// <exception cref="LlmEfficiencyException">There is no such task; the message lists the names.</exception>
    public static ITask Find(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration,
            $"task '{name}' does not exist; use one of {string.Join(", ", All.Select(task => task.Name))}");
}
