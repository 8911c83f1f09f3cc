using LlmEfficiency.Core.Tasks.Arithmetic;
using LlmEfficiency.Core.Tasks.Dialogue;
using LlmEfficiency.Core.Tasks.Editing;
using LlmEfficiency.Core.Tasks.Stories;

namespace LlmEfficiency.Core.Tasks;

/// <summary>
/// Conversations of 2 to 5 exchanges from different tasks, so that a model learns to answer late in a long context. All
/// exchanges of one conversation belong to the same split.
/// </summary>
public sealed class MixedConversation : ITask
{
    private const int MostExchanges = 5;
    private const int MostCharacters = 2600;
    private static readonly ArithmeticTask Arithmetic = new();
    private static readonly CopyEditTask CopyEdit = new();
    private static readonly ChatTask Chat = new();
    private static readonly StoriesTask Stories = new();

    /// <inheritdoc/>
    public string Name => "mixed";

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var wanted = random.Between(2, MostExchanges);
        var parts = new List<(ITask Task, TaskExample Example)> { Part(random, split: null) };
        var split = TaskSet.SplitOf(parts[0].Example.Key);
        var characters = Length(parts[0].Example);
        while (parts.Count < wanted)
        {
            var part = Part(random, split);
            characters += Length(part.Example);
            if (characters > MostCharacters && parts.Count >= 2)
            {
                break;
            }

            parts.Add(part);
        }

        var (task, last) = parts[^1];
        return new TaskExample
        {
            Messages = parts.SelectMany(part => part.Example.Messages!).ToList(),
            Key = parts[0].Example.Key,
            Answer = last.Answer,
            Kind = $"{task.Name}:{last.Kind}",
        };
    }

    /// <summary>
    /// Tells whether the response is right for the last exchange, as the exchange's own task judges it.
    /// </summary>
    public bool IsCorrect(TaskExample example, string response)
    {
        ArgumentNullException.ThrowIfNull(example);
        var name = example.Kind[..example.Kind.IndexOf(':', StringComparison.Ordinal)];
        return TaskList.Find(name).IsCorrect(example, response);
    }

    /// <summary>Draws one exchange without a system message, of the wanted split if there is one.</summary>
    private static (ITask Task, TaskExample Example) Part(TaskRandom random, TaskSplit? split)
    {
        while (true)
        {
            var task = random.Next(8) switch { < 3 => (ITask)Arithmetic, < 5 => CopyEdit, < 7 => Chat, _ => Stories };
            var example = ReferenceEquals(task, Stories) ? StoriesTask.Request(random) : task.Make(random);
            var isUsable = example.Messages is { } messages && messages[0].Role == "user";
            if (isUsable && (split is null || TaskSet.SplitOf(example.Key) == split))
            {
                return (task, example);
            }
        }
    }

    private static int Length(TaskExample example) => example.Messages!.Sum(message => message.Content!.Length);
}
