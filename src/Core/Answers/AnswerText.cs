using System.Text;

namespace LlmEfficiency.Core.Answers;

/// <summary>Brings the spelling of an answer into one form.</summary>
internal static class AnswerText
{
    private static readonly (string Open, string Close)[] Wrappers =
        [("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("**", "**")];

    private static readonly string[] Boxes = ["\\boxed{", "\\fbox{"];

    /// <summary>Takes away delimiters, end marks and foreign signs; runs of spaces become one.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            var spelled = MathWords.Signs.TryGetValue(letter, out var sign) ? sign : null;
            clean.Append(spelled ?? letter.ToString());
        }

        clean.Replace("\\$", string.Empty);
        var result = Collapse(clean.ToString());
        for (var before = string.Empty; before != result;)
        {
            before = result;
            result = Unwrap(result.Trim().TrimEnd('.', ',', ';', ':')).Trim();
        }

        return result;
    }

    /// <summary>Returns an answer of words alone, without case and end marks; null if it is anything else.</summary>
    /// <param name="clean">The cleaned answer.</param>
    public static string? Words(string clean)
    {
        if (clean.Length == 0 || clean.Any(letter => !char.IsLetter(letter) && letter is not (' ' or '-' or '\'')))
        {
            return null;
        }

        var words = clean.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        return words.Any(IsWord) && !words.Any(IsMath) ? string.Join(' ', words).ToLowerInvariant() : null;

        static bool IsWord(string word) =>
            word is "no" or "No" || (word.Length > 2 && word.AsSpan().ContainsAny(MathWords.Vowels));

        static bool IsMath(string word) => MathWords.Functions.Contains(word)
            || MathWords.Forms.ContainsKey(word) || MathWords.Letters.Contains(word);
    }

    /// <summary>
    /// Returns an answer without the spaces that separate no words, to compare what has no other structure.
    /// </summary>
    public static string Compact(string clean)
    {
        var compact = new StringBuilder(clean.Length);
        for (var at = 0; at < clean.Length; at++)
        {
            var separates = clean[at] == ' ' && at > 0 && at + 1 < clean.Length
                && char.IsLetterOrDigit(clean[at - 1]) && char.IsLetterOrDigit(clean[at + 1]);
            compact.Append(clean[at] != ' ' || separates ? clean[at] : null);
        }

        return compact.ToString();
    }

    private static string Collapse(string text) =>
        string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Unwrap(string text)
    {
        foreach (var (open, close) in Wrappers)
        {
            if (text.Length > open.Length + close.Length && text.StartsWith(open, StringComparison.Ordinal)
                && text.EndsWith(close, StringComparison.Ordinal)
                && !text.AsSpan(open.Length, text.Length - open.Length - close.Length)
                    .Contains(open, StringComparison.Ordinal))
            {
                return text[open.Length..^close.Length];
            }
        }

        foreach (var box in Boxes)
        {
            if (text.StartsWith(box, StringComparison.Ordinal)
                && AnswerExtraction.ClosingBrace(text, box.Length) == text.Length - 1)
            {
                return text[box.Length..^1];
            }
        }

        return text;
    }
}
