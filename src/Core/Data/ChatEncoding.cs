using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Data;

/// <summary>Encodes conversations, with marks on what the assistant is to write.</summary>
internal static class ChatEncoding
{
    /// <summary>Renders and encodes a conversation.</summary>
    /// <param name="template">The template.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="trainOnPrompt">Whether all tokens are predicted with loss, not the answers alone.</param>
    /// <param name="place">Where the conversation stands, for messages.</param>
    /// <exception cref="LlmEfficiencyException">The template refuses the conversation.</exception>
    public static EncodedDocument Encode(
        ChatTemplate template, ITokenizer tokenizer, IReadOnlyList<ChatMessage> messages, bool trainOnPrompt, string place)
    {
        try
        {
            return EncodeChecked(template, tokenizer, messages, trainOnPrompt, place);
        }
        catch (LlmEfficiencyException problem) when (!problem.Message.StartsWith(place, StringComparison.Ordinal))
        {
            throw new LlmEfficiencyException(problem.Kind, $"{place}: {problem.Message}", problem);
        }
    }

    /// <summary>Returns how many leading ids two lists share.</summary>
    public static int CommonLength(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        var length = 0;
        while (length < first.Count && length < second.Count && first[length] == second[length])
        {
            length++;
        }

        return length;
    }

    private static EncodedDocument EncodeChecked(
        ChatTemplate template, ITokenizer tokenizer, IReadOnlyList<ChatMessage> messages, bool trainOnPrompt, string place)
    {
        var rendered = template.Render(new ChatRequest(messages) { AddGenerationPrompt = false });
        var pieces = rendered.Pieces(tokenizer.Vocabulary.Specials.Keys);
        var encoded = new EncodedPieces(tokenizer, pieces);
        bool[]? targets = null;
        if (!trainOnPrompt)
        {
            targets = new bool[encoded.Tokens.Count];
            foreach (var span in AnswerSpans.Find(template, messages, rendered.Text, pieces, place))
            {
                targets.AsSpan(encoded.FirstWith(span.Start)..encoded.FirstBehind(span.End)).Fill(true);
            }

            targets.AsSpan(0, Math.Min(1, targets.Length)).Clear(); // nothing comes before the first token
        }

        var end = messages.Count > 0 && messages[^1].Role == "assistant" && !EndsWithSpecial(pieces)
            ? tokenizer.Vocabulary.EndOfSequence
            : null; // without it the model would never learn to stop
        return end is null
            ? new EncodedDocument([.. encoded.Tokens], targets, IsContinuous: false)
            : new EncodedDocument([.. encoded.Tokens, end.Value], targets is null ? null : [.. targets, true], false);
    }

    private static bool EndsWithSpecial(IReadOnlyList<PromptPiece> pieces) =>
        pieces.LastOrDefault(piece => piece.IsSpecial || !string.IsNullOrWhiteSpace(piece.Text))?.IsSpecial ?? false;
}
