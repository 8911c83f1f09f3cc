using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Chat;

/// <summary>Turns a conversation into the ids a model is given.</summary>
public static class ChatPrompt
{
    /// <summary>
    /// Renders and encodes a conversation. Only the template's own characters can become special tokens, and the
    /// template alone says whether a beginning-of-sequence token comes first.
    /// </summary>
    /// <param name="template">The model's template.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="request">The conversation.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The template refuses the conversation.</exception>
    public static IReadOnlyList<int> Encode(ChatTemplate template, ITokenizer tokenizer, ChatRequest request)
    {
        var specials = tokenizer.Vocabulary.Specials;
        var ids = new List<int>();
        foreach (var piece in template.Render(request).Pieces(specials.Keys))
        {
            if (piece.IsSpecial)
            {
                ids.Add(specials[piece.Text]);
            }
            else
            {
                ids.AddRange(tokenizer.Encode(piece.Text));
            }
        }

        return ids;
    }
}
