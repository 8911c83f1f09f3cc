using System.Text;

namespace LlmEfficiency.Core.Answers;

/// <summary>Cuts an answer into pieces, LaTeX or plain, in time linear in its length.</summary>
/// <param name="text">The answer, its foreign signs replaced.</param>
/// <param name="groupsThousands">Whether the commas of <c>1,000</c> belong to the number.</param>
internal sealed class MathLexer(string text, bool groupsThousands)
{
    private readonly List<MathToken> _tokens = [];
    private int _at;
    private int _brackets;

    /// <summary>Gets whether a comma was read as part of a number.</summary>
    public bool Grouped { get; private set; }

    /// <summary>Returns the pieces; null if the text holds a command that is not known.</summary>
    public List<MathToken>? Read()
    {
        while (_at < text.Length)
        {
            var letter = text[_at];
            if (letter == '\\')
            {
                if (!ReadCommand())
                {
                    return null;
                }
            }
            else if (char.IsAsciiDigit(letter) || (letter == '.' && IsDigit(_at + 1)))
            {
                ReadNumber();
            }
            else if (char.IsAsciiLetter(letter))
            {
                ReadLetters();
            }
            else if (!ReadSign(letter))
            {
                return null;
            }
        }

        return _tokens;
    }

    private bool ReadSign(char sign)
    {
        _at++;
        switch (sign)
        {
            case ' ' or '$':
                return true;
            case '<' or '>' when Take('='):
                Mark(sign == '<' ? "≤" : "≥");
                return true;
            case '*' when Take('*'):
                Mark("^");
                return true;
            case ':':
                Mark("/");
                return true;
            case ';':
                Mark(",");
                return true;
            default:
                Mark(sign.ToString());
                return "+-*/^_()[]{},|!%=<>&'".Contains(sign, StringComparison.Ordinal);
        }
    }

    private bool ReadCommand()
    {
        var start = ++_at;
        if (start >= text.Length)
        {
            return false;
        }

        _at++;
        while (char.IsAsciiLetter(text[start]) && _at < text.Length && char.IsAsciiLetter(text[_at]))
        {
            _at++;
        }

        var name = text[start.._at];
        if (name is "left" or "right" && _at < text.Length && text[_at] == '.')
        {
            _at++;
        }

        return name switch
        {
            " " => true,
            "\\" => Mark("\n"),
            "begin" or "end" => ReadEnvironment(name),
            _ when MathWords.Ignored.Contains(name) => true,
            _ when MathWords.Marks.TryGetValue(name, out var mark) => Mark(mark),
            _ when MathWords.Forms.TryGetValue(name, out var form) => Add(MathTokenKind.Function, form),
            _ when MathWords.Functions.Contains(name) => Add(MathTokenKind.Function, name),
            _ when MathWords.Letters.Contains(name) => Add(MathTokenKind.Letter, Canonical(name)),
            _ when MathWords.Texts.Contains(name) => ReadText(),
            _ when MathWords.Accents.Contains(name) => ReadAccent(name),
            _ => false,
        };
    }

    private static string Canonical(string letter) => letter == "infty" ? "infinity" : letter;

    private bool ReadEnvironment(string edge)
    {
        var name = Braced();
        if (name is null || !name.TrimEnd('*').EndsWith("matrix", StringComparison.Ordinal) && name != "array")
        {
            return false;
        }

        if (name == "array" && edge == "begin")
        {
            _ = Braced();
        }

        return Add(edge == "begin" ? MathTokenKind.Begin : MathTokenKind.Close, name);
    }

    private bool ReadText()
    {
        var content = Braced()?.Replace("\\ ", " ", StringComparison.Ordinal)
            .Replace("\\,", " ", StringComparison.Ordinal).Trim();
        return content switch
        {
            null => false,
            "" => true,
            "and" or "or" or "," or ", and" or ", or" => Mark(","),
            _ when MathWords.Functions.Contains(content) => Add(MathTokenKind.Function, content),
            _ when content.Length > 2 && content[0] == '(' && content[^1] == ')' => AddWord(content[1..^1]),
            _ => AddWord(content),
        };

        bool AddWord(string word) => word.Length == 1 && char.IsAsciiLetter(word[0]) && !FollowsValue
            ? Add(MathTokenKind.Letter, word)
            : double.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out _)
                && char.IsAsciiDigit(word[0])
                ? Add(MathTokenKind.Number, word)
                : Add(MathTokenKind.Text, word);
    }

    private bool ReadAccent(string name)
    {
        SkipSpace();
        var content = Braced() ?? (_at < text.Length ? text[_at++].ToString() : null);
        if (content is null)
        {
            return false;
        }

        // 0.\overline{3} repeats its 3 for ever.
        if (name == "overline" && _tokens.Count > 0 && _tokens[^1] is { Kind: MathTokenKind.Number } number
            && number.Text.Contains('.', StringComparison.Ordinal) && content.Length > 0
            && content.All(char.IsAsciiDigit))
        {
            _tokens[^1] = number with { Text = $"{number.Text}({content})" };
            return true;
        }

        return Add(MathTokenKind.Letter, $"{name} {content.Trim()}");
    }

    private void ReadNumber()
    {
        var digits = new StringBuilder();
        Digits(digits);
        if (digits.Length is > 0 and <= 3)
        {
            ReadGroups(digits);
        }

        if (_at < text.Length && text[_at] == '.')
        {
            digits.Append(text[_at++]);
            Digits(digits);
        }

        digits.Append(ReadExponent());
        Add(MathTokenKind.Number, digits.ToString());
    }

    private string ReadExponent()
    {
        var start = _at;
        if (_at >= text.Length || text[_at] is not ('e' or 'E'))
        {
            return string.Empty;
        }

        _at++;
        _at += _at < text.Length && text[_at] is '-' or '+' ? 1 : 0;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        var isWhole = char.IsAsciiDigit(text[_at - 1]) && !(_at < text.Length && char.IsAsciiLetter(text[_at]));
        _at = isWhole ? _at : start;
        return text[start.._at];
    }

    // Groups of three digits; a comma alone may also separate values, a comma with \! or braces never does.
    private void ReadGroups(StringBuilder digits)
    {
        var (start, grouped, at) = (digits.Length, false, _at);
        while (GroupMark(at) is var (length, isPlain) && length > 0 && IsGroup(at + length))
        {
            if (isPlain && (!groupsThousands || _brackets > 0))
            {
                digits.Length = start;
                return;
            }

            grouped |= isPlain && text[at + length] != '0';
            digits.Append(text, at + length, 3);
            at += length + 3;
        }

        if (GroupMark(at).IsPlain && IsDigit(at + 1))
        {
            digits.Length = start; // 1,234,5 is a list
            return;
        }

        (_at, Grouped) = (at, Grouped || grouped);
    }

    private bool IsDigit(int at) => at < text.Length && char.IsAsciiDigit(text[at]);

    private (int Length, bool IsPlain) GroupMark(int at)
    {
        foreach (var mark in (ReadOnlySpan<string>)[",\\!", "{,}", "{,}\\!", "\\,", ",\\ "])
        {
            if (string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0)
            {
                var space = at + mark.Length < text.Length && text[at + mark.Length] == ' ' ? 1 : 0;
                return (mark.Length + space, false);
            }
        }

        return at < text.Length && text[at] == ',' ? (1, true) : (0, false);
    }

    private bool IsGroup(int at) => at + 3 <= text.Length && text.AsSpan(at, 3).IndexOfAnyExceptInRange('0', '9') < 0
        && !IsDigit(at + 3);

    private void ReadLetters()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiLetter(text[_at]))
        {
            _at++;
        }

        var run = text[start.._at];
        if (MathWords.Functions.Contains(run))
        {
            Add(MathTokenKind.Function, run);
        }
        else if (MathWords.Forms.TryGetValue(run, out var form))
        {
            Add(MathTokenKind.Function, form == "sqrt" ? "root" : form);
        }
        else if (run is "and" or "or")
        {
            Mark(",");
        }
        else if (run is "inf" or "infinity" or "Infinity")
        {
            Add(MathTokenKind.Letter, "infinity");
        }
        else if (run.Length > 1 && MathWords.Letters.Contains(run))
        {
            Add(MathTokenKind.Letter, run);
        }
        else if (IsUnit(run, start))
        {
            Add(MathTokenKind.Text, run);
        }
        else
        {
            foreach (var letter in run)
            {
                Add(MathTokenKind.Letter, letter.ToString());
            }
        }
    }

    // Behind a value, a known unit of several letters, or any longer word that stands apart.
    private bool IsUnit(string run, int start) => run.Length > 1 && FollowsValue
        && (MathWords.Units.ContainsKey(run)
            || (run.Length > 2 && text[start - 1] == ' ' && run.AsSpan().ContainsAny(MathWords.Vowels)));

    private bool FollowsValue => _tokens.Count > 0
        && (_tokens[^1].Kind is MathTokenKind.Number or MathTokenKind.Text || _tokens[^1].Text is ")" or "}"
            || (_tokens is [.., { Kind: MathTokenKind.Text }, { Text: "/" }]));

    private string? Braced()
    {
        SkipSpace();
        var end = _at < text.Length && text[_at] == '{' ? text.IndexOf('}', _at) : -1;
        if (end < 0)
        {
            return null;
        }

        var content = text[(_at + 1)..end];
        _at = end + 1;
        return content.Contains('{', StringComparison.Ordinal) ? null : content;
    }

    private void Digits(StringBuilder digits)
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            digits.Append(text[_at++]);
        }
    }

    private void SkipSpace()
    {
        while (_at < text.Length && text[_at] == ' ')
        {
            _at++;
        }
    }

    private bool Take(char sign)
    {
        var isThere = _at < text.Length && text[_at] == sign;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private bool Mark(string mark)
    {
        _brackets += mark is "(" or "[" or "⦃" ? 1 : mark is ")" or "]" or "⦄" ? -1 : 0;
        return Add(MathTokenKind.Mark, mark);
    }

    private bool Add(MathTokenKind kind, string spelling)
    {
        _tokens.Add(new MathToken(kind, spelling));
        return true;
    }
}
