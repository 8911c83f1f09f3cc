using System.ComponentModel;
using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.SparseRL.Prompts;

/// <summary>Where prompts come from: a task, or a file of questions.</summary>
public sealed record PromptSettings
{
    /// <summary>The instruction of mathematical questions.</summary>
    public const string MathInstruction = "Please reason step by step, and put your final answer within \\boxed{}.";

    /// <summary>Gets the task, with parameters if wanted; null for a file.</summary>
    [Description("Synthetic task, with parameters if wanted, such as permutation-walk:m=24; null reads path")]
    public string? Task { get; init; }

    /// <summary>Gets the file of questions; null for a task.</summary>
    [Description("JSON Lines with a question and an answer each (GSM8K, MATH); null takes task")]
    public string? Path { get; init; }

    /// <summary>Gets the side of the split of a task.</summary>
    [Description("Task: whether the held-out examples are taken, which no training sees")]
    public bool HeldOut { get; init; }

    /// <summary>Gets the seed of a task's examples.</summary>
    [Description("Task: another seed gives other examples")]
    public ulong Seed { get; init; } = 1;

    /// <summary>Gets the number of examples of a task; the most questions of a file.</summary>
    [Description("Examples of a task that make an epoch; the most questions of a file")]
    public int Count { get; init; } = 10_000;

    /// <summary>Gets the member of a line that holds the question; null finds it by its usual names.</summary>
    [Description("File: member with the question; null finds question, problem or prompt")]
    public string? QuestionField { get; init; }

    /// <summary>Gets the member of a line that holds the answer; null finds it by its usual names.</summary>
    [Description("File: member with the answer; null finds answer, label or solution")]
    public string? AnswerField { get; init; }

    /// <summary>Gets what is said behind a question of a file; null says nothing.</summary>
    [Description("File: what is said behind each question; null says nothing")]
    public string? Instruction { get; init; } = MathInstruction;

    /// <summary>Gets the system message of a file's questions; null leaves it to the template.</summary>
    [Description("File: system message; null leaves it to the chat template")]
    public string? System { get; init; }

    /// <summary>Gets whether questions are prompts already, special tokens and all.</summary>
    [Description("File: the question is a whole prompt with special tokens, given to the model as it is")]
    public bool IsRendered { get; init; }

    /// <summary>Gets the most tokens of a prompt; longer ones are left out and counted.</summary>
    [Description("Most tokens of a prompt; longer ones are left out and counted")]
    public int MaxTokens { get; init; } = 512;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <param name="path">Where they stand, such as <c>prompts</c>.</param>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate(string path = "prompts")
    {
        Require(Task is null != Path is null, $"{path}.task and {path}.path", "name one of them");
        Require(Count > 0, string.Create(CultureInfo.InvariantCulture, $"{path}.count is {Count}"), "it must be 1 or more");
        Require(MaxTokens > 0, string.Create(CultureInfo.InvariantCulture, $"{path}.max_tokens is {MaxTokens}"), "it must be 1 or more");
        if (Task is not null)
        {
            _ = TaskList.Find(Task);
        }
    }

    private static void Require(bool holds, string what, string remedy)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"{what}: {remedy}");
        }
    }
}
