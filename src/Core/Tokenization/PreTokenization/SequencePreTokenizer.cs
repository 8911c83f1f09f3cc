namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>Cuts the pieces of one pre-tokenizer further by the next.</summary>
/// <param name="parts">The pre-tokenizers in order; none leaves the text whole.</param>
public sealed class SequencePreTokenizer(IReadOnlyList<IPreTokenizer> parts) : IPreTokenizer
{
    /// <summary>Gets the pre-tokenizers in order.</summary>
    public IReadOnlyList<IPreTokenizer> Parts { get; } = parts;

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IList<int> ends)
    {
        if (text.IsEmpty)
        {
            return;
        }

        List<int> cuts = [text.Length];
        foreach (var part in Parts)
        {
            var (finer, start) = (new List<int>(), 0);
            foreach (var end in cuts)
            {
                var first = finer.Count;
                part.Split(text[start..end], finer);
                for (var i = first; i < finer.Count; i++)
                {
                    finer[i] += start;
                }

                start = end;
            }

            cuts = finer;
        }

        foreach (var cut in cuts)
        {
            ends.Add(cut);
        }
    }
}
