namespace LlmEfficiency.Core.Tasks.Editing;

/// <summary>
/// Copies a text with one change: renames, replacements, extractions and repetitions, judged exactly.
/// </summary>
public sealed class CopyEditTask : ITask
{
    // Those twice that must find a place before they copy.
    private static readonly Func<TaskRandom, TaskExample>[] Subtasks =
    [
        RecordEdits.Make, RecordEdits.Make, CodeEdits.Make, CodeEdits.Make, PassageEdits.ExtractSentences, PassageEdits.ExtractSentences,
        PassageEdits.FirstSentences, PassageEdits.FindParagraph, PassageEdits.ReplaceWord, PassageEdits.Repeat,
    ];

    /// <inheritdoc/>
    public string Name => "copy-edit";

    /// <inheritdoc/>
    public TaskExample Make(TaskRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return random.Pick(Subtasks)(random);
    }

    /// <summary>Tells whether the response is the reference, but for white space at the end.</summary>
    public bool IsCorrect(TaskExample example, string response)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(response);
        return response.TrimEnd() == example.Answer.TrimEnd();
    }
}
