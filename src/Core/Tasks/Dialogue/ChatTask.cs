namespace LlmEfficiency.Core.Tasks.Dialogue;

/// <summary>
/// Short instructions whose response is fixed: greetings, lists, facts, memory, refusals, judged exactly.
/// </summary>
public sealed class ChatTask : ITask
{
    private static readonly Func<TaskRandom, TaskExample>[] Subtasks =
    [
        SocialTurns.Greet, SocialTurns.WhoAreYou, SocialTurns.Refuse, SocialTurns.Thanks,
        WordTurns.Times, WordTurns.List, WordTurns.DayAfter, WordTurns.Opposite,
        FactTurns.YesOrNo, FactTurns.Recall, FactTurns.RememberName, FactTurns.RememberThing, FactTurns.Capitals,
    ];

    /// <inheritdoc/>
    public string Name => "chat";

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
        return response.TrimEnd() == example.Answer;
    }
}
