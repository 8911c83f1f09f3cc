using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Core.Tests.Tasks;

/// <summary>What the tests of all tasks read off an example.</summary>
internal static class TaskExamples
{
    private static readonly ConcurrentDictionary<string, Regex> Made = new();

    public static IEnumerable<TaskExample> Of(ITask task, int count, TaskSplit split = TaskSplit.Train)
    {
        var set = new TaskSet(task, 11, split);
        return Enumerable.Range(0, count).Select(index => set[index]);
    }

    public static string Prompt(TaskExample example) => example.Messages![^2].Content!;

    public static string Response(TaskExample example) => example.Messages![^1].Content!;

    /// <summary>All that is given to the model: everything before the reference.</summary>
    public static string Given(TaskExample example) => example.Messages is { } messages
        ? string.Join('\n', messages.Take(messages.Count - 1).Select(message => $"{message.Role}: {message.Content}"))
        : example.Context!;

    public static string Whole(TaskExample example) => string.Join(
        '\n',
        example.Text,
        string.Join('\n', example.Messages?.Select(message => $"{message.Role}: {message.Content}") ?? []),
        example.Key,
        example.Answer,
        string.Join('\n', example.Choices ?? []),
        $"{example.Correct} {example.Kind}");

    /// <summary>A rough count of tokens: three letters each, one for every digit, sign and line.</summary>
    public static int Tokens(string text) => Pattern(@"[A-Za-z]+|[^A-Za-z ]").Matches(text)
        .Sum(match => char.IsLetter(match.Value[0]) ? (match.Length + 2) / 3 : 1);

    /// <summary>The pattern of a text, made once.</summary>
    public static Regex Pattern(string pattern) =>
        Made.GetOrAdd(pattern, text => new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromMinutes(1)));
}
