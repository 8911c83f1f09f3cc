using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>A question of Spec-Bench, which has FastChat's form.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Category">Its category in the file.</param>
/// <param name="Turns">What is asked, one after the other; at least one.</param>
public sealed record SpecBenchQuestion(int Id, string Category, IReadOnlyList<string> Turns)
{
    private const string Conversations = "mt_bench";

    private static readonly HashSet<string> MtBench =
        ["writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities"];

    /// <summary>Gets the task that Spec-Bench reports the question under: the eight categories of MT-bench are one.</summary>
    public string Task => TaskOf(Category);

    /// <summary>Returns the task of a category.</summary>
    public static string TaskOf(string category) => MtBench.Contains(category) ? Conversations : category;

    /// <summary>Reads JSON Lines with <c>question_id</c>, <c>category</c> and <c>turns</c>.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read, a line is not as expected, or an id is there twice.</exception>
    public static IReadOnlyList<SpecBenchQuestion> Read(string path)
    {
        var questions = RecordLines.Read(path, (record, place) => new SpecBenchQuestion(
            RecordLines.Number(record, "question_id", place),
            RecordLines.Member(record, "category", JsonValueKind.String, place).GetString()!,
            RecordLines.Texts(record, "turns", place) is { Length: > 0 } turns
                ? turns
                : throw RecordLines.Malformed(place, "turns is empty")))
            .ToArray();
        var twice = questions.GroupBy(question => question.Id).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? questions
            : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{path}: question {twice.Key} is there twice: give each its own question_id");
    }
}
