using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Core.Training;

/// <summary>The examples of synthetic tasks as documents.</summary>
public static class TaskDocuments
{
    // Evaluations draw with small seeds; what is trained on has one of its own.
    private const ulong Seed = 0x7261_696e;

    /// <summary>Opens the examples that a source of kind <c>task</c> names.</summary>
    /// <param name="source">The source.</param>
    /// <param name="isHeldOut">Whether those are wanted that no training sees.</param>
    /// <exception cref="Errors.LlmEfficiencyException">There is no such task.</exception>
    public static DocumentSeries Open(SourceSettings source, bool isHeldOut)
    {
        var examples = new TaskSet(TaskList.Find(source.Task!), Seed, isHeldOut ? TaskSplit.HeldOut : TaskSplit.Train);
        return new DocumentSeries(source.Count, $"task {source.Task} {Seed} {examples.Split}", index => Document(examples[index]));
    }

    private static RawDocument Document(TaskExample example) =>
        example.Messages is { } messages ? RawDocument.OfMessages(messages) : RawDocument.OfText(example.Text!);
}
