using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.SamDecoding.Replay;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>Which questions are measured.</summary>
public sealed record BenchSelection
{
    private const int UsualCount = 20;  // of each built-in task
    private const int MostDraws = 20;   // for each question of a task that makes other examples, too

    /// <summary>Gets categories of the file or tasks of Spec-Bench (<c>mt_bench</c>); empty takes all.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Gets how many questions of a task are taken, evenly over its own; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>Reads questions and, where one is given, the trace to follow.</summary>
    /// <param name="questions">Spec-Bench's questions.</param>
    /// <param name="trace">Recorded answers; null if the model answers itself. Questions without an answer are left out.</param>
    /// <exception cref="LlmEfficiencyException">A file is not as expected, a category is not in it, or nothing is left.</exception>
    public IReadOnlyList<BenchQuestion> Read(string questions, string? trace = null)
    {
        var all = SpecBenchQuestion.Read(questions);
        foreach (var name in Categories)
        {
            if (!all.Any(question => IsOf(question, name)))
            {
                var known = all.SelectMany(Names).Distinct().Order(StringComparer.Ordinal);
                throw new LlmEfficiencyException(
                    ErrorKind.Usage, $"--categories: {questions} has no '{name}': choose of {string.Join(", ", known)}");
            }
        }

        var answers = trace is null ? null : SpecBenchAnswer.Read(trace);
        var wanted = all.Where(question => Categories.Count == 0 || Categories.Any(name => IsOf(question, name)))
            .Where(question => answers is null || answers.ContainsKey(question.Id))
            .Select(question => new BenchQuestion(question, answers?[question.Id]))
            .Where(question => question.Turns > 0)
            .ToArray();
        var taken = wanted.GroupBy(question => question.Question.Task).SelectMany(task => Spread([.. task])).ToHashSet();
        return taken.Count > 0 ? [.. wanted.Where(taken.Contains)] : throw new LlmEfficiencyException(
            ErrorKind.Input, trace is null ? $"{questions}: holds no question" : $"{trace}: holds no answer to a question of {questions}");
    }

    /// <summary>Makes questions of built-in tasks: what their users ask.</summary>
    /// <param name="sets">Their examples, usually those held out.</param>
    /// <exception cref="LlmEfficiencyException">Nobody asks anything in a task.</exception>
    public IReadOnlyList<BenchQuestion> Make(IReadOnlyList<TaskSet> sets) =>
    [
        .. sets.SelectMany(Ask).Select((asked, number) => new BenchQuestion(new SpecBenchQuestion(number + 1, asked.Task, asked.Turns), null)),
    ];

    private IEnumerable<(string Task, string[] Turns)> Ask(TaskSet set)
    {
        var count = Limit ?? UsualCount;
        string[][] asked =
        [
            .. Enumerable.Range(0, MostDraws * count)
                .Select(index => (set[index].Messages ?? []).Where(message => message.Role == "user").Select(message => message.Content ?? string.Empty).ToArray())
                .Where(turns => turns.Length > 0)
                .Take(count),
        ];
        return asked.Length == count ? asked.Select(turns => (set.Task.Name, turns)) : throw new LlmEfficiencyException(
            ErrorKind.Usage, $"--tasks: of {MostDraws * count} examples of {set.Task.Name} only {asked.Length} are conversations: choose of copy-edit, stories, arithmetic, chat");
    }

    private static IEnumerable<string> Names(SpecBenchQuestion question) => [question.Category, question.Task];

    private static bool IsOf(SpecBenchQuestion question, string name) => Names(question).Contains(name);

    private IEnumerable<BenchQuestion> Spread(BenchQuestion[] questions)
    {
        var count = Math.Min(Limit ?? int.MaxValue, questions.Length);
        return Enumerable.Range(0, count).Select(index => questions[(int)((long)index * questions.Length / count)]);
    }
}
