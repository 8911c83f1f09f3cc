namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>Cuts before each mark that follows another character, so that words keep the marks before them.</summary>
/// <param name="mark">The mark, U+2581 for SentencePiece.</param>
/// <param name="everyMark">Cuts between two marks too.</param>
public sealed class WordStartPreTokenizer(char mark, bool everyMark = false) : IPreTokenizer
{
    /// <summary>Gets the mark.</summary>
    public char Mark { get; } = mark;

    /// <summary>Gets whether it cuts between two marks too.</summary>
    public bool EveryMark { get; } = everyMark;

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IList<int> ends)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == Mark && (EveryMark || text[at - 1] != Mark))
            {
                ends.Add(at);
            }
        }

        if (!text.IsEmpty)
        {
            ends.Add(text.Length);
        }
    }
}
