using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>
/// Cuts a template into tokens. White space follows the settings that chat templates are written for: a line break
/// after a block goes (<c>trim_blocks</c>), blanks before a block that begins a line go (<c>lstrip_blocks</c>).
/// </summary>
internal sealed class TemplateLexer
{
    private readonly string _name;
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private bool _isLineStart = true;
    private int _at;

    private TemplateLexer(string name, string source)
    {
        (_name, _source) = (name, source.ReplaceLineEndings("\n"));
        if (_source.EndsWith('\n'))
        {
            _source = _source[..^1];
        }
    }

    public static IReadOnlyList<Token> Tokenize(string name, string source)
    {
        var lexer = new TemplateLexer(name, source);
        while (lexer._at < lexer._source.Length)
        {
            lexer.Next();
        }

        lexer._tokens.Add(new Token(TokenKind.End, "end of the template", lexer._source.Length));
        return lexer._tokens;
    }

    private void Next()
    {
        var open = FindOpening();
        if (open < 0)
        {
            AddData(_at, _source.Length);
            _at = _source.Length;
            return;
        }

        var kind = _source[open + 1];
        var sign = open + 2 < _source.Length && _source[open + 2] is '-' or '+' ? _source[open + 2] : ' ';
        AddData(_at, sign == '-' ? TrimmedEnd(open) : sign == ' ' && kind != '{' ? LineTrimmedEnd(open) : open);
        _at = open + (sign == ' ' ? 2 : 3);
        if (kind == '#')
        {
            SkipComment(open);
        }
        else if (kind == '%' && Keyword(_at, "raw") is > 0 and var end)
        {
            AddRaw(open, end);
        }
        else
        {
            AddExpression(open, kind);
        }
    }

    private int FindOpening()
    {
        for (var at = _source.IndexOf('{', _at); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    private int TrimmedEnd(int end)
    {
        while (end > _at && PythonSpace.Is(_source[end - 1]))
        {
            end--;
        }

        return end;
    }

    private int LineTrimmedEnd(int end)
    {
        var line = end == _at ? -1 : _source.LastIndexOf('\n', end - 1, end - _at);
        var start = line < 0 ? _at : line + 1;
        return (line >= 0 || _isLineStart) && _source.AsSpan(start, end - start).IsWhiteSpace() ? start : end;
    }

    private void AddData(int start, int end)
    {
        if (end > start)
        {
            _tokens.Add(new Token(TokenKind.Data, _source[start..end], start));
        }
    }

    private void SkipComment(int open)
    {
        var close = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (close < 0)
        {
            throw new MalformedFileException(_name, open, "the comment has no end '#}'");
        }

        Close(close + 2, close > _at ? _source[close - 1] : ' ', trims: true);
    }

    // Ends a tag: the white space that its sign or trim_blocks takes goes with it.
    private void Close(int end, char sign, bool trims)
    {
        _at = end;
        while (sign == '-' && _at < _source.Length && PythonSpace.Is(_source[_at]))
        {
            _at++;
        }

        if (sign is not ('-' or '+') && trims && _at < _source.Length && _source[_at] == '\n')
        {
            _at++;
        }

        _isLineStart = _source[_at - 1] == '\n';
    }

    // Returns where the tag of a lone keyword ends, or 0.
    private int Keyword(int at, string keyword)
    {
        at = SkipSpace(at);
        if (string.CompareOrdinal(_source, at, keyword, 0, keyword.Length) != 0)
        {
            return 0;
        }

        at = SkipSpace(at + keyword.Length);
        at += at < _source.Length && _source[at] is '-' or '+' ? 1 : 0;
        return string.CompareOrdinal(_source, at, "%}", 0, 2) == 0 ? at + 2 : 0;
    }

    private int SkipSpace(int at)
    {
        while (at < _source.Length && PythonSpace.Is(_source[at]))
        {
            at++;
        }

        return at;
    }

    private void AddRaw(int open, int end)
    {
        Close(end, _source[end - 3], trims: false);
        for (var at = _source.IndexOf("{%", _at, StringComparison.Ordinal); at >= 0;
            at = _source.IndexOf("{%", at + 2, StringComparison.Ordinal))
        {
            var sign = at + 2 < _source.Length ? _source[at + 2] : ' ';
            if (Keyword(at + (sign is '-' or '+' ? 3 : 2), "endraw") is > 0 and var close)
            {
                AddData(_at, sign == '-' ? TrimmedEnd(at) : sign == '+' ? at : LineTrimmedEnd(at));
                Close(close, _source[close - 3], trims: true);
                return;
            }
        }

        throw new MalformedFileException(_name, open, "the raw block has no endraw");
    }

    private void AddExpression(int open, char kind)
    {
        var isBlock = kind == '%';
        _tokens.Add(new Token(isBlock ? TokenKind.BlockBegin : TokenKind.PrintBegin, isBlock ? "{%" : "{{", open));
        var lexer = new ExpressionLexer(_name, _source, isBlock ? "%}" : "}}", _tokens);
        var (end, sign) = lexer.Read(_at, open);
        _tokens.Add(new Token(isBlock ? TokenKind.BlockEnd : TokenKind.PrintEnd, isBlock ? "%}" : "}}", end - 2));
        Close(end, sign, trims: isBlock);
    }
}
