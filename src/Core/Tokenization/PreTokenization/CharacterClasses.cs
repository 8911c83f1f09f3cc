using System.Globalization;
using System.Text;

namespace LlmEfficiency.Core.Tokenization.PreTokenization;

/// <summary>Looks characters up and measures runs of them, in whole code points.</summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] Basic =
        [.. Enumerable.Range(0, 0x10000).Select(c => Classify((char)c, char.GetUnicodeCategory((char)c)))];

    /// <summary>Returns the class of the code point at <paramref name="at"/> and its width in UTF-16 units.</summary>
    public static (CharacterClass Class, int Width) At(ReadOnlySpan<char> text, int at)
    {
        var first = text[at];
        if (!char.IsHighSurrogate(first) || at + 1 == text.Length)
        {
            return (Basic[first], 1);
        }

        Rune.DecodeFromUtf16(text[at..], out var rune, out var width);
        return (Classify('\0', Rune.GetUnicodeCategory(rune)), width);
    }

    /// <summary>Returns the end of the run of one class that begins at <paramref name="at"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the run begins; it may be empty.</param>
    /// <param name="wanted">The class of the run.</param>
    /// <param name="most">How many code points are taken at most.</param>
    public static int EndOfRun(ReadOnlySpan<char> text, int at, CharacterClass wanted, int most = int.MaxValue)
    {
        while (at < text.Length && most-- > 0 && At(text, at) is var (found, width) && found == wanted)
        {
            at += width;
        }

        return at;
    }

    /// <summary>Returns the end of a run of white space, line ends included.</summary>
    public static int EndOfWhiteSpace(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && Basic[text[at]] >= CharacterClass.Space)
        {
            at++;
        }

        return at;
    }

    /// <summary>
    /// Returns the length of an English contraction (<c>'s</c>, <c>'re</c>, …) at <paramref name="at"/>, or 0.
    /// </summary>
    public static int Contraction(ReadOnlySpan<char> text, int at, bool ignoreCase)
    {
        if (text[at] != '\'' || at + 1 == text.Length)
        {
            return 0;
        }

        var first = Fold(text[at + 1], ignoreCase);
        if (first is 's' or 't' or 'm' or 'd')
        {
            return 2;
        }

        var second = at + 2 < text.Length ? Fold(text[at + 2], ignoreCase) : '\0';
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    // The long s is the one letter outside ASCII whose simple case folding is a letter of a contraction.
    private static char Fold(char letter, bool ignoreCase) => letter switch
    {
        >= 'A' and <= 'Z' when ignoreCase => (char)(letter | 0x20),
        '\u017F' when ignoreCase => 's',
        _ => letter,
    };

    private static CharacterClass Classify(char character, UnicodeCategory category) => category switch
    {
        _ when character is '\r' or '\n' => CharacterClass.LineEnd,
        _ when char.IsWhiteSpace(character) => CharacterClass.Space,
        <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
            CharacterClass.Number,
        _ => CharacterClass.Other,
    };
}
