using System.Globalization;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>
/// Word problems of 2 to 3 steps, chains of operations and expressions, answered with one equation per step and, at the
/// end, <c>The answer is N.</c>
/// </summary>
/// <param name="hardShare">The share of problems with larger numbers and longer chains, from 0 to 1.</param>
public sealed class ArithmeticTask(double hardShare = 0.7) : ITask
{
    private const string FinalWords = "answer is ";

    private static readonly Action<WordProblem>[] Scenarios =
        [.. ShoppingProblems.All, .. SharingProblems.All, .. TravelProblems.All, .. CollectingProblems.All];

    /// <inheritdoc/>
    public string Name => "arithmetic";

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var isHard = random.Chance(hardShare);
        return random.Next(10) switch
        {
            < 6 => Words(random, isHard),
            < 8 => Example("chain", ChainProblems.Make(random, isHard)),
            _ => Example("expression", ExpressionProblems.Make(random, isHard)),
        };
    }

    /// <summary>Tells whether the response ends with "answer is N" for the right number N.</summary>
    public bool IsCorrect(TaskExample example, string response)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(response);
        var start = response.LastIndexOf(FinalWords, StringComparison.Ordinal);
        if (start < 0)
        {
            return false;
        }

        var rest = response[(start + FinalWords.Length)..].TrimEnd();
        return (rest.EndsWith('.') ? rest[..^1] : rest) == example.Answer;
    }

    private static TaskExample Words(TaskRandom random, bool isHard)
    {
        var scenario = random.Next(Scenarios.Length);
        var problem = new WordProblem(random, isHard);
        Scenarios[scenario](problem);
        var key = $"{Scenarios[scenario].Method.Name}|{problem.Key}";
        return Example("word-problem", (key, problem.Prompt(), problem.Response(), problem.Result));
    }

    private static TaskExample Example(
        string kind, (string Key, string Prompt, string Response, int Result) problem) => new()
        {
            Messages = [new ChatMessage("user", problem.Prompt), new ChatMessage("assistant", problem.Response)],
            Key = $"{kind}|{problem.Key}",
            Answer = problem.Result.ToString(CultureInfo.InvariantCulture),
            Kind = kind,
        };
}
