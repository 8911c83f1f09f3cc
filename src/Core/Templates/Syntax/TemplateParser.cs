namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>Reads the blocks of a template.</summary>
internal sealed class TemplateParser
{
    private readonly TokenCursor _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private TemplateParser(TokenCursor tokens) => (_tokens, _expressions) = (tokens, new ExpressionParser(tokens));

    /// <summary>Parses a template.</summary>
    /// <exception cref="Errors.MalformedFileException">
    /// The text is no template, or uses a part of the language that is not here.
    /// </exception>
    public static IReadOnlyList<Statement> Parse(string name, string source)
    {
        var parser = new TemplateParser(new TokenCursor(name, TemplateLexer.Tokenize(name, source)));
        var body = parser.Body();
        return parser._tokens.Current.Kind == TokenKind.End
            ? body
            : throw parser._tokens.Fail($"'{parser._tokens.Current.Text}' ends no open block");
    }

    // Reads up to a tag that only an outer block understands: its "{%" is taken, its name is current.
    private List<Statement> Body()
    {
        _tokens.Enter();
        var statements = new List<Statement>();
        while (_tokens.Current.Kind != TokenKind.End)
        {
            var token = _tokens.Take();
            if (token.Kind == TokenKind.Data)
            {
                statements.Add(new Statement.Data(token.Offset, token.Text));
            }
            else if (token.Kind == TokenKind.PrintBegin)
            {
                statements.Add(new Statement.Print(token.Offset, _expressions.ReadTuple()));
                _tokens.Expect(TokenKind.PrintEnd);
            }
            else if (!TryBlock(statements))
            {
                break;
            }
        }

        _tokens.Leave();
        return statements;
    }

    private bool TryBlock(List<Statement> statements)
    {
        var tag = _tokens.Current;
        if (tag.Kind == TokenKind.Name
            && tag.Text is "elif" or "else" or "endif" or "endfor" or "endset" or "endmacro" or "endgeneration")
        {
            return false;
        }

        _tokens.Expect(TokenKind.Name);
        switch (tag.Text)
        {
            case "if":
                statements.Add(If(tag));
                break;
            case "for":
                statements.Add(For(tag));
                break;
            case "set":
                statements.Add(Set(tag));
                break;
            case "macro":
                statements.Add(Macro(tag));
                break;
            case "break" or "continue" when _loops > 0:
                _tokens.Expect(TokenKind.BlockEnd);
                statements.Add(new Statement.Jump(tag.Offset, tag.Text == "break"));
                break;
            case "generation": // marks what a model said, for training; prints its body
                _tokens.Expect(TokenKind.BlockEnd);
                statements.AddRange(Body());
                End("endgeneration");
                break;
            default:
                throw _tokens.Fail($"the block '{tag.Text}' is not known here", tag.Offset);
        }

        return true;
    }

    private Statement.If If(Token tag)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)> { (Condition(), Body()) };
        while (_tokens.TryName("elif"))
        {
            branches.Add((Condition(), Body()));
        }

        if (_tokens.TryName("else"))
        {
            var always = new Expression.Literal(tag.Offset, true);
            _tokens.Expect(TokenKind.BlockEnd);
            branches.Add((always, Body()));
        }

        End("endif");
        return new Statement.If(tag.Offset, branches);
    }

    private Expression Condition()
    {
        var condition = _expressions.ReadTuple();
        _tokens.Expect(TokenKind.BlockEnd);
        return condition;
    }

    private Statement.For For(Token tag)
    {
        var targets = Targets();
        _tokens.Expect(TokenKind.Name, "in");
        var items = _expressions.ReadTuple(isConditional: false);
        var filter = _tokens.TryName("if") ? _expressions.Read() : null;
        _tokens.Expect(TokenKind.BlockEnd);
        _loops++;
        var body = Body();
        _loops--;
        List<Statement> otherwise = [];
        if (_tokens.TryName("else"))
        {
            _tokens.Expect(TokenKind.BlockEnd);
            otherwise = Body();
        }

        End("endfor");
        return new Statement.For(tag.Offset, targets, items, filter, body, otherwise);
    }

    private List<string> Targets()
    {
        var hasParenthesis = _tokens.TryOperator("(");
        var targets = new List<string> { _tokens.Expect(TokenKind.Name).Text };
        while (_tokens.TryOperator(","))
        {
            targets.Add(_tokens.Expect(TokenKind.Name).Text);
        }

        if (hasParenthesis)
        {
            _tokens.Expect(TokenKind.Operator, ")");
        }

        return targets;
    }

    private Statement Set(Token tag)
    {
        var targets = Targets();
        var member = targets.Count == 1 && _tokens.TryOperator(".") ? _tokens.Expect(TokenKind.Name).Text : null;
        if (_tokens.TryOperator("="))
        {
            var value = _expressions.ReadTuple();
            _tokens.Expect(TokenKind.BlockEnd);
            return new Statement.Set(tag.Offset, targets, member, value);
        }

        _tokens.Expect(TokenKind.BlockEnd);
        var body = Body();
        End("endset");
        return new Statement.SetBlock(tag.Offset, targets[0], member, body);
    }

    private Statement.Macro Macro(Token tag)
    {
        var name = _tokens.Expect(TokenKind.Name).Text;
        var parameters = new List<(string, Expression?)>();
        _tokens.Expect(TokenKind.Operator, "(");
        while (!_tokens.TryOperator(")"))
        {
            parameters.Add(
                (_tokens.Expect(TokenKind.Name).Text, _tokens.TryOperator("=") ? _expressions.Read() : null));
            if (!_tokens.IsOperator(")"))
            {
                _tokens.Expect(TokenKind.Operator, ",");
            }
        }

        _tokens.Expect(TokenKind.BlockEnd);
        var loops = _loops;
        _loops = 0; // a macro inside a loop cannot leave it
        var body = Body();
        _loops = loops;
        End("endmacro");
        return new Statement.Macro(tag.Offset, name, parameters, body);
    }

    private void End(string tag)
    {
        _tokens.Expect(TokenKind.Name, tag);
        _tokens.Expect(TokenKind.BlockEnd);
    }
}
