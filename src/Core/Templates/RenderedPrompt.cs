namespace LlmEfficiency.Core.Templates;

/// <summary>The text that a chat template made, with the origin of each character.</summary>
/// <param name="Segments">The stretches in order; neighbours differ in origin.</param>
public sealed record RenderedPrompt(IReadOnlyList<PromptSegment> Segments)
{
    /// <summary>
    /// Gets the whole prompt. Encoding this string with specials on would let a user forge control tokens.
    /// </summary>
    public string Text => string.Concat(Segments.Select(segment => segment.Text));

    /// <summary>
    /// Cuts the prompt at its control tokens. A token counts only where all its characters stand in the template, so no
    /// message can forge one; text between two tokens stays in one piece, as the tokenizer saw it in training.
    /// </summary>
    /// <param name="specials">The spellings of all special tokens; the leftmost and then longest match wins.</param>
    public IReadOnlyList<PromptPiece> Pieces(IEnumerable<string> specials)
    {
        var byFirst = specials.Where(special => special.Length > 0).Distinct(StringComparer.Ordinal)
            .OrderByDescending(special => special.Length).ToLookup(special => special[0]);
        var pieces = new List<PromptPiece>();
        var plain = new System.Text.StringBuilder();
        foreach (var segment in Segments)
        {
            for (var at = 0; at < segment.Text.Length;)
            {
                var special = segment.IsContent
                    ? null
                    : byFirst[segment.Text[at]].FirstOrDefault(
                        s => string.CompareOrdinal(segment.Text, at, s, 0, s.Length) == 0);
                if (special is null)
                {
                    plain.Append(segment.Text[at++]);
                    continue;
                }

                Flush(pieces, plain);
                pieces.Add(new PromptPiece(special, IsSpecial: true));
                at += special.Length;
            }
        }

        Flush(pieces, plain);
        return pieces;
    }

    private static void Flush(List<PromptPiece> pieces, System.Text.StringBuilder plain)
    {
        if (plain.Length > 0)
        {
            pieces.Add(new PromptPiece(plain.ToString(), IsSpecial: false));
            plain.Clear();
        }
    }
}
