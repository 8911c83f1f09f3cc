using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Data;

/// <summary>Finds the assistant's answers in a rendered conversation.</summary>
/// <remarks>
/// No template says where an answer begins. But the conversation before it, rendered with a generation prompt, must be
/// how the whole begins, and so must the conversation up to it: between the two ends lies the answer.
/// </remarks>
internal static class AnswerSpans
{
    /// <summary>Returns the answers in their order.</summary>
    /// <param name="template">The template.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="text">The whole conversation as the template renders it.</param>
    /// <param name="pieces">The same, cut at its special tokens.</param>
    /// <param name="place">Where the conversation stands, for messages.</param>
    /// <exception cref="LlmEfficiencyException">The template changes what was said before an answer.</exception>
    public static IReadOnlyList<AnswerSpan> Find(
        ChatTemplate template, IReadOnlyList<ChatMessage> messages, string text, IReadOnlyList<PromptPiece> pieces,
        string place)
    {
        var spans = new List<AnswerSpan>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role != "assistant")
            {
                continue;
            }

            var before = Render(template, messages.Take(i), isPrompt: true);
            var after = i == messages.Count - 1 ? text : Render(template, messages.Take(i + 1), isPrompt: false);
            if (!after.StartsWith(before, StringComparison.Ordinal) || !text.StartsWith(after, StringComparison.Ordinal))
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Input,
                    $"{place}: the chat template writes message {i + 1} or those before it differently when more follows, "
                    + "so the answers cannot be told from the rest; set train_on_prompt, or use another template");
            }

            spans.Add(new AnswerSpan(before.Length, End(pieces, before.Length, after)));
        }

        return spans;
    }

    // The last special token ends the answer if only white space follows it (the newline behind <|im_end|>); where
    // there is none, the answer goes to the end of its message.
    private static int End(IReadOnlyList<PromptPiece> pieces, int start, string after)
    {
        var (at, end) = (0, -1);
        foreach (var piece in pieces)
        {
            at += piece.Text.Length;
            if (at > after.Length)
            {
                break;
            }

            if (piece.IsSpecial && at - piece.Text.Length >= start)
            {
                end = at;
            }
        }

        return end >= 0 && after.AsSpan(end).IsWhiteSpace() ? end : after.Length;
    }

    private static string Render(ChatTemplate template, IEnumerable<ChatMessage> messages, bool isPrompt) =>
        template.Render(new ChatRequest([.. messages]) { AddGenerationPrompt = isPrompt }).Text;
}
