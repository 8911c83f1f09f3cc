using System.Globalization;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Tasks.Arithmetic;

/// <summary>
/// Word problems of 2 to 3 steps, chains of operations and expressions, answered with one equation per step and, at the
/// end, <c>The answer is N.</c>
/// </summary>
/// <param name="hardShare">The share of problems with larger numbers and longer chains, from 0 to 1.</param>
/// <param name="kind">The only kind of problem: <c>word-problem</c>, <c>chain</c> or <c>expression</c>; null mixes them.</param>
/// <param name="steps">How many operations each chain has; 0 for 3 to 6, as the problem is easy or hard.</param>
public sealed class ArithmeticTask(double hardShare = ArithmeticTask.UsualHardShare, string? kind = null, int steps = 0) : ITask
{
    /// <summary>The name without parameters.</summary>
    internal const string Plain = "arithmetic";

    private const double UsualHardShare = 0.7;
    private const int MostSteps = 64;
    private const string FinalWords = "answer is ";

    private static readonly string[] Kinds = ["word-problem", "chain", "expression"];

    private static readonly Action<WordProblem>[] Scenarios =
        [.. ShoppingProblems.All, .. SharingProblems.All, .. TravelProblems.All, .. CollectingProblems.All];

    /// <inheritdoc/>
    public string Name =>
        NamedParameters.Spell(Plain, ("hard", hardShare, UsualHardShare)) + (kind is null ? string.Empty : $":kind={kind}") + NamedParameters.Spell(string.Empty, ("steps", steps, 0));

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var isHard = random.Chance(hardShare);
        return (kind ?? Kind(random.Next(10))) switch
        {
            "word-problem" => Words(random, isHard),
            "chain" => Example("chain", ChainProblems.Make(random, isHard, steps)),
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

    /// <summary>Makes the task of parameters <c>hard</c>, <c>kind</c> and <c>steps</c>.</summary>
    internal static ArithmeticTask Of(NamedParameters parameters)
    {
        var (hard, kind) = (parameters.Share("hard", UsualHardShare), parameters.Word("kind", Kinds));
        return new ArithmeticTask(hard, kind, kind is null or "chain" ? parameters.Whole("steps", 0, 1, MostSteps) : 0);
    }

    private static string Kind(int tenth) => Kinds[tenth < 6 ? 0 : tenth < 8 ? 1 : 2];

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
