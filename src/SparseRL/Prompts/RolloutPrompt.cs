using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.SparseRL.Prompts;

/// <summary>What responses are sampled to, and what they are judged by.</summary>
/// <param name="Ids">The tokens the model is given, without any of the answer.</param>
/// <param name="Question">What is asked, without template and instruction.</param>
/// <param name="Reference">The right answer.</param>
public sealed record RolloutPrompt(IReadOnlyList<int> Ids, string Question, string Reference)
{
    /// <summary>Gets the example of a task that the prompt is made of; null for a question of a file.</summary>
    public TaskExample? Example { get; init; }

    /// <summary>Gets where it comes from, such as <c>gsm8k.jsonl: line 7</c>.</summary>
    public string Place { get; init; } = string.Empty;

    /// <summary>Gets the kind of question, for tables; empty if there is only one.</summary>
    public string Kind { get; init; } = string.Empty;
}
