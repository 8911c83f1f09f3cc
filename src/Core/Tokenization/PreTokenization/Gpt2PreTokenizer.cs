using static LlmEfficiency.Core.Tokenization.PreTokenization.CharacterClasses;

namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>The split of GPT-2, by a scanner that looks at each character a bounded number of times.</summary>
public sealed class Gpt2PreTokenizer : IPreTokenizer
{
    /// <summary>The regular expression that the scanner stands for.</summary>
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<char> text, IList<int> ends)
    {
        for (var at = 0; at < text.Length;)
        {
            at = EndOfPiece(text, at);
            ends.Add(at);
        }
    }

    private static int EndOfPiece(ReadOnlySpan<char> text, int at)
    {
        if (Contraction(text, at, ignoreCase: false) is > 0 and var length)
        {
            return at + length;
        }

        var body = text[at] == ' ' && at + 1 < text.Length ? at + 1 : at;
        var kind = At(text, body).Class;
        return kind < CharacterClass.Space ? EndOfRun(text, body, kind) : EndOfBlank(text, at);
    }

    // \s+(?!\S)|\s+ : all of the run, or all but its last character if a word follows
    internal static int EndOfBlank(ReadOnlySpan<char> text, int at)
    {
        var end = EndOfWhiteSpace(text, at);
        return end < text.Length && end - at > 1 ? end - 1 : end;
    }
}
