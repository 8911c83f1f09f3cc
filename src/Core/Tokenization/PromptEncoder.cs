namespace LlmEfficiency.Core.Tokenization;

/// <summary>Makes the ids that a model is given.</summary>
public static class PromptEncoder
{
    /// <summary>
    /// Encodes a prompt and puts the beginning-of-sequence token before it where the model expects one.
    /// </summary>
    /// <param name="tokenizer">The tokenizer of the model.</param>
    /// <param name="text">The prompt. If its own first token begins a sequence already, no second one is added.</param>
    /// <param name="specials">Whether the text may contain special tokens.</param>
    public static IReadOnlyList<int> Encode(
        ITokenizer tokenizer, string text, SpecialTokenHandling specials = SpecialTokenHandling.AsText)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var ids = tokenizer.Encode(text, specials);
        var begin = tokenizer.Vocabulary.AddsBeginOfSequence ? tokenizer.Vocabulary.BeginOfSequence : null;
        return begin is null || (ids.Count > 0 && ids[0] == begin) ? ids : [begin.Value, .. ids];
    }
}
