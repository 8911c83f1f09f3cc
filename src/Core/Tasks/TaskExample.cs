using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Tasks;

/// <summary>One example of a task: either a conversation or a raw text.</summary>
public sealed record TaskExample
{
    /// <summary>
    /// Gets the conversation, whose last message is the assistant's reference answer; null for a raw text.
    /// </summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>Gets the raw text, such as a whole story; null for a conversation.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// Gets the content that decides the split: examples with the same key are always in the same split.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>
    /// Gets the reference: the final number of a calculation, the names that a wanted story must contain, or else the
    /// whole expected response.
    /// </summary>
    public required string Answer { get; init; }

    /// <summary>
    /// Gets the possible continuations of <see cref="Context"/>, of which one is right; null if the task is to
    /// write.
    /// </summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Gets the index of the right one of <see cref="Choices"/>.</summary>
    public int Correct { get; init; }

    /// <summary>Gets the subtask's name, for tables.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Gets the part of <see cref="Text"/> that the <see cref="Choices"/> continue; null without choices.
    /// </summary>
    public string? Context => Choices is null ? null : Text?[..^Choices[Correct].Length];

    /// <summary>Makes the example of one exchange.</summary>
    internal static TaskExample Exchange(string kind, string key, string prompt, string response) => new()
    {
        Messages = [new ChatMessage("user", prompt), new ChatMessage("assistant", response)],
        Key = kind + "|" + key,
        Answer = response,
        Kind = kind,
    };
}
