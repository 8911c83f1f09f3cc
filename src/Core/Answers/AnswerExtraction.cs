namespace LlmEfficiency.Core.Answers;

/// <summary>Finds the answer in a response, in time linear in its length.</summary>
internal static class AnswerExtraction
{
    private const int LongestAnswer = 2000;

    private static readonly string[] Phrases = ["answer is", "answer:", "answer :", "answer**:", "answer:**"];

    /// <summary>Returns the content of the last box whose braces close; in <c>\boxed 5</c> it is the word.</summary>
    public static string? Boxed(string text)
    {
        var open = new Stack<int>();
        (int Start, int End)? last = null;
        for (var at = 0; at < text.Length; at++)
        {
            var box = text[at] == '\\' ? BoxLength(text, at) : 0;
            if (box > 0)
            {
                at += box;
                open.Push(at + 1);
            }
            else if (text[at] == '\\' && Word(text, at) is var (first, behind))
            {
                last = (first, behind);
            }
            else if (text[at] == '\\')
            {
                at++; // \{ and \} are no braces
            }
            else if (text[at] == '{')
            {
                open.Push(-1);
            }
            else if (text[at] == '}' && open.TryPop(out var start) && start >= 0)
            {
                last = (start, at);
            }
        }

        return last is var (from, to) ? text[from..to] : null;
    }

    /// <summary>Returns where the brace closes that was opened before a position; -1 if nowhere.</summary>
    public static int ClosingBrace(string text, int start)
    {
        var depth = 1;
        for (var at = start; at < text.Length; at++)
        {
            at += text[at] == '\\' ? 1 : 0;
            var isEscaped = at >= text.Length || text[at - 1] == '\\';
            depth += isEscaped ? 0 : text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Returns the rest of the line behind the last <c>####</c>.</summary>
    public static string? Marked(string text)
    {
        var mark = text.LastIndexOf("####", StringComparison.Ordinal);
        return mark < 0 ? null : NotEmpty(Line(text, mark + 4));
    }

    /// <summary>Returns what stands behind the last "answer is" or "answer:", up to the end of its sentence.</summary>
    public static string? Announced(string text)
    {
        var start = Phrases.Max(phrase =>
            text.LastIndexOf(phrase, StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? at + phrase.Length : -1);
        if (start < 0)
        {
            return null;
        }

        var rest = Line(text, start).TrimStart(' ', ':', '*').TrimEnd(' ', '*');
        if (Delimited(rest, isFirst: true) is { } formula)
        {
            return formula;
        }

        var end = rest.IndexOf(". ", StringComparison.Ordinal);
        return NotEmpty(end < 0 ? rest : rest[..end]);
    }

    /// <summary>Returns the last formula between dollar signs or <c>\(</c> and <c>\)</c>.</summary>
    public static string? Formula(string text) => Delimited(text, isFirst: false);

    /// <summary>Returns the last number, with its sign, its commas and a percent sign.</summary>
    public static string? Number(string text)
    {
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9');
        if (end < 0)
        {
            return null;
        }

        var start = end;
        while (start > 0 && IsPartOfNumber(text, start - 1))
        {
            start--;
        }

        var hasMinus = start > 0 && text[start - 1] is '-' or '−';
        var isDifference = start > 1 && char.IsLetterOrDigit(text[start - 2]);
        var isPercent = end + 1 < text.Length && text[end + 1] == '%';
        return text[(hasMinus && !isDifference ? start - 1 : start)..(isPercent ? end + 2 : end + 1)];
    }

    private static bool IsPartOfNumber(string text, int at) => char.IsAsciiDigit(text[at]) || text[at] == '.'
        || (text[at] is ',' or '/' && at > 0 && char.IsAsciiDigit(text[at - 1]));

    // \boxed 5: TeX takes the next sign; what is meant is the whole number or word.
    private static (int Start, int End)? Word(string text, int at)
    {
        const string Name = "\\boxed ";
        var start = at + Name.Length;
        if (string.CompareOrdinal(text, at, Name, 0, Name.Length) != 0 || start >= text.Length || text[start] == '{')
        {
            return null;
        }

        var length = text.AsSpan(start).IndexOfAny(" \n\r\t$");
        var end = length < 0 ? text.Length : start + length;
        end -= end > start && text[end - 1] is '.' or ',' ? 1 : 0;
        return end > start ? (start, end) : null;
    }

    private static int BoxLength(string text, int at)
    {
        foreach (var name in (ReadOnlySpan<string>)["\\boxed", "\\fbox"])
        {
            if (string.CompareOrdinal(text, at, name, 0, name.Length) == 0)
            {
                var brace = at + name.Length;
                brace += brace < text.Length && text[brace] == ' ' ? 1 : 0;
                return brace < text.Length && text[brace] == '{' ? brace - at : 0;
            }
        }

        return 0;
    }

    private static string? Delimited(string text, bool isFirst)
    {
        string? found = null;
        for (var at = 0; at < text.Length; at++)
        {
            var (open, close) = Delimiters(text, at);
            if (open.Length == 0)
            {
                continue;
            }

            var start = at + open.Length;
            var end = text.IndexOf(close, start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            found = NotEmpty(text[start..end]) ?? found;
            if (isFirst && found is not null)
            {
                return found;
            }

            at = end + open.Length - 1;
        }

        return found;
    }

    private static (string Open, string Close) Delimiters(string text, int at)
    {
        if (text[at] == '$' && (at == 0 || text[at - 1] != '\\'))
        {
            return (at + 1 < text.Length && text[at + 1] == '$' ? "$$" : "$", "$");
        }

        return string.CompareOrdinal(text, at, "\\(", 0, 2) == 0 ? ("\\(", "\\)")
            : string.CompareOrdinal(text, at, "\\[", 0, 2) == 0 ? ("\\[", "\\]")
            : (string.Empty, string.Empty);
    }

    private static string Line(string text, int start)
    {
        var rest = text.AsSpan(start).TrimStart();
        var end = rest.IndexOfAny('\n', '\r');
        rest = end < 0 ? rest : rest[..end];
        return rest[..Math.Min(rest.Length, LongestAnswer)].Trim().ToString();
    }

    private static string? NotEmpty(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
