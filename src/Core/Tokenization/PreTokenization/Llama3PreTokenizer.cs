using static LlmEfficiency.Core.Tokenization.PreTokenization.CharacterClasses;

namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>
/// The split of Llama 3 (numbers in groups of three digits) and of Qwen 2 (digit by digit), by a scanner that looks at
/// each character a bounded number of times.
/// </summary>
/// <param name="digits">How many digits a piece has at most.</param>
public sealed class Llama3PreTokenizer(int digits) : IPreTokenizer
{
    /// <summary>The regular expression of Llama 3, three digits.</summary>
    public const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
        + @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The regular expression of Qwen 2 and 2.5, one digit.</summary>
    public const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"
        + @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IList<int> ends)
    {
        for (var at = 0; at < text.Length;)
        {
            at = EndOfPiece(text, at);
            ends.Add(at);
        }
    }

    private int EndOfPiece(ReadOnlySpan<char> text, int at)
    {
        if (Contraction(text, at, ignoreCase: true) is > 0 and var length)
        {
            return at + length;
        }

        var (first, width) = At(text, at);
        var next = at + width;
        var second = next < text.Length ? At(text, next).Class : CharacterClass.LineEnd;
        return first switch
        {
            CharacterClass.Letter => EndOfRun(text, at, CharacterClass.Letter),
            CharacterClass.Space or CharacterClass.Other when second == CharacterClass.Letter =>
                EndOfRun(text, next, CharacterClass.Letter),
            CharacterClass.Number => EndOfRun(text, at, CharacterClass.Number, digits),
            CharacterClass.Other => EndOfMarks(text, at),
            CharacterClass.Space when second == CharacterClass.Other && text[at] == ' ' => EndOfMarks(text, next),
            _ => EndOfBlank(text, at),
        };
    }

    // [^\s\p{L}\p{N}]+[\r\n]*
    private static int EndOfMarks(ReadOnlySpan<char> text, int at) =>
        EndOfRun(text, EndOfRun(text, at, CharacterClass.Other), CharacterClass.LineEnd);

    // \s*[\r\n]+|\s+(?!\S)|\s+ : up to the last line end of the run, if it has one
    private static int EndOfBlank(ReadOnlySpan<char> text, int at)
    {
        var run = text[at..EndOfWhiteSpace(text, at)];
        return run.LastIndexOfAny('\r', '\n') is >= 0 and var last
            ? at + last + 1
            : Gpt2PreTokenizer.EndOfBlank(text, at);
    }
}
