using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>Cuts the inside of a tag into names, literals and operators.</summary>
internal sealed class ExpressionLexer(string name, string source, string close, List<Token> tokens)
{
    private readonly Stack<char> _brackets = new();
    private int _at;

    /// <summary>Reads up to the end of the tag.</summary>
    /// <returns>Where the tag ends, and the sign before its end.</returns>
    public (int End, char Sign) Read(int start, int open)
    {
        for (_at = start; _at < source.Length;)
        {
            if (_brackets.Count == 0 && AtClose() is > 0 and var end)
            {
                return (end, source[_at]);
            }

            if (PythonSpace.Is(source[_at]))
            {
                _at++;
                continue;
            }

            tokens.Add(Next());
        }

        throw new MalformedFileException(name, open, $"the tag has no end '{close}'");
    }

    private int AtClose()
    {
        var signed = source[_at] == '-' || (source[_at] == '+' && close == "%}") ? 1 : 0;
        return string.CompareOrdinal(source, _at + signed, close, 0, 2) == 0 ? _at + signed + 2 : 0;
    }

    private Token Next()
    {
        var start = _at;
        var first = source[_at];
        if (char.IsLetter(first) || first == '_')
        {
            TakeWhile(c => char.IsLetterOrDigit(c) || c == '_');
            return new Token(TokenKind.Name, source[start.._at], start);
        }

        if (char.IsAsciiDigit(first))
        {
            return Number(start);
        }

        return first is '\'' or '"' ? Text(start, first) : Operator(start);
    }

    private Token Number(int start)
    {
        var kind = TokenKind.Integer;
        TakeDigits();
        if (Peek(0) == '.' && char.IsAsciiDigit(Peek(1)) && (start == 0 || source[start - 1] != '.'))
        {
            (kind, _at) = (TokenKind.Float, _at + 1);
            TakeDigits();
        }

        var sign = Peek(1) is '+' or '-' ? 2 : 1;
        if (Peek(0) is 'e' or 'E' && char.IsAsciiDigit(Peek(sign)))
        {
            (kind, _at) = (TokenKind.Float, _at + sign);
            TakeDigits();
        }

        return new Token(kind, source[start.._at].Replace("_", "", StringComparison.Ordinal), start);
    }

    private Token Text(int start, char quote)
    {
        for (_at++; _at < source.Length && source[_at] != quote; _at++)
        {
            _at += source[_at] == '\\' ? 1 : 0;
        }

        if (_at >= source.Length)
        {
            throw new MalformedFileException(name, start, "the string has no end");
        }

        _at++;
        return new Token(TokenKind.Text, StringEscapes.Decode(source.AsSpan(start + 1, _at - start - 2)), start);
    }

    private Token Operator(int start)
    {
        var length = source.AsSpan(_at, Math.Min(2, source.Length - _at)) is "//" or "**" or "==" or "!=" or ">=" or "<=" ? 2 : 1;
        var first = source[_at];
        if (length == 1 && !"+-/*%~[](){}><=.:|,".Contains(first, StringComparison.Ordinal))
        {
            throw new MalformedFileException(name, start, $"the character '{first}' has no meaning here");
        }

        Balance(first, start);
        _at += length;
        return new Token(TokenKind.Operator, source[start.._at], start);
    }

    private void Balance(char bracket, int start)
    {
        var closing = "([{".IndexOf(bracket, StringComparison.Ordinal);
        if (closing >= 0)
        {
            _brackets.Push(")]}"[closing]);
        }
        else if (bracket is ')' or ']' or '}' && (!_brackets.TryPop(out var expected) || expected != bracket))
        {
            throw new MalformedFileException(name, start, $"'{bracket}' closes nothing that is open");
        }
    }

    private char Peek(int ahead) => _at + ahead < source.Length ? source[_at + ahead] : '\0';

    private void TakeDigits() => TakeWhile(c => char.IsAsciiDigit(c) || c == '_');

    private void TakeWhile(Func<char, bool> belongs)
    {
        while (_at < source.Length && belongs(source[_at]))
        {
            _at++;
        }
    }
}
