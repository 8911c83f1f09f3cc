namespace LlmEfficiency.Core.Tasks.Editing;

/// <summary>Puts an instruction and the material it works on together.</summary>
internal static class EditExample
{
    /// <summary>Makes the example of one edit.</summary>
    /// <param name="kind">The subtask.</param>
    /// <param name="instruction">What to do, without a colon at the end.</param>
    /// <param name="material">What to do it to.</param>
    /// <param name="response">The exact result.</param>
    public static TaskExample Of(string kind, string instruction, string material, string response) =>
        TaskExample.Exchange(kind, instruction + "|" + material, $"{instruction}:\n{material}", response);
}
