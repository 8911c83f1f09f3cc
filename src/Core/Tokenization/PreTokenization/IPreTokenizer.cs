namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>Cuts text into pieces; no token reaches over a cut.</summary>
public interface IPreTokenizer
{
    /// <summary>Appends the end of each piece, in order; the pieces cover the text.</summary>
    /// <param name="text">Well-formed UTF-16.</param>
    /// <param name="ends">
    /// Offsets into <paramref name="text"/>, each greater than the one before, the last its length.
    /// </param>
    void Split(ReadOnlySpan<char> text, IList<int> ends);
}
