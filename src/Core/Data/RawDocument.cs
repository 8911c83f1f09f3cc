using System.Text;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Data;

/// <summary>
/// A document before it is encoded: a text, a prompt with its completion, or a conversation.
/// </summary>
public sealed record RawDocument
{
    private RawDocument(string? text, string? completion, IReadOnlyList<ChatMessage>? messages) =>
        (Text, Completion, Messages) = (text, completion, messages);

    /// <summary>Gets the text or the prompt; null in a conversation.</summary>
    public string? Text { get; }

    /// <summary>Gets what follows the prompt; null in a text and in a conversation.</summary>
    public string? Completion { get; }

    /// <summary>Gets the messages of a conversation; null in a text and in a prompt with its completion.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; }

    /// <summary>Gets where it stands (<c>file:line</c>), for messages.</summary>
    public string Place { get; init; } = "document";

    /// <summary>Gets about how many characters it has.</summary>
    internal long Length =>
        (Text?.Length ?? 0) + (Completion?.Length ?? 0)
        + (Messages?.Sum(message => (long)(message.Content?.Length ?? 0)) ?? 0);

    /// <summary>Makes a text.</summary>
    public static RawDocument OfText(string text) => new(text, null, null);

    /// <summary>Makes a prompt with its completion.</summary>
    public static RawDocument OfCompletion(string prompt, string completion) => new(prompt, completion, null);

    /// <summary>Makes a conversation.</summary>
    public static RawDocument OfMessages(IReadOnlyList<ChatMessage> messages) => new(null, null, messages);

    /// <summary>
    /// Returns all that is said in it, whatever file and form it came in: a prompt with its completion is the
    /// conversation of the two.
    /// </summary>
    internal string Key()
    {
        var messages = Messages
            ?? (Completion is null ? null : [new ChatMessage("user", Text), new ChatMessage("assistant", Completion)]);
        if (messages is null)
        {
            return Text!;
        }

        var key = new StringBuilder();
        foreach (var message in messages)
        {
            key.Append(message.Role).Append('\u001f').Append(message.Content).Append('\u001f')
                .Append(message.ToolCalls?.GetRawText()).Append('\u001e');
        }

        return key.ToString();
    }
}
