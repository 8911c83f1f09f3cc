namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>
/// Reads expressions: conditional, or, and, not, comparisons, arithmetic, then <see cref="OperandParser"/>.
/// </summary>
internal sealed class ExpressionParser
{
    private static readonly string[][] Levels = [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]];

    private readonly TokenCursor _tokens;
    private readonly OperandParser _operands;

    public ExpressionParser(TokenCursor tokens) => (_tokens, _operands) = (tokens, new OperandParser(tokens, this));

    /// <summary>Reads an expression.</summary>
    /// <param name="isConditional">Whether <c>a if b else c</c> may follow; not in the list of a <c>for</c>.</param>
    public Expression Read(bool isConditional = true)
    {
        _tokens.Enter();
        var value = Logic(isAnd: false);
        while (isConditional && _tokens.IsName("if"))
        {
            var offset = _tokens.Take().Offset;
            var condition = Logic(isAnd: false);
            value = new Expression.Conditional(offset, condition, value, _tokens.TryName("else") ? Read() : null);
        }

        _tokens.Leave();
        return value;
    }

    /// <summary>Reads one expression, or several with commas between as a list.</summary>
    public Expression ReadTuple(bool isConditional = true)
    {
        var first = Read(isConditional);
        if (!_tokens.IsOperator(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (_tokens.TryOperator(",") && !AtEndOfTuple())
        {
            items.Add(Read(isConditional));
        }

        return new Expression.ListOf(first.Offset, items);
    }

    private bool AtEndOfTuple() =>
        _tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.PrintEnd || _tokens.IsOperator(")");

    private Expression Logic(bool isAnd)
    {
        var left = isAnd ? Not() : Logic(isAnd: true);
        while (_tokens.IsName(isAnd ? "and" : "or"))
        {
            var offset = _tokens.Take().Offset;
            left = new Expression.Logic(offset, isAnd, left, isAnd ? Not() : Logic(isAnd: true));
        }

        return left;
    }

    private Expression Not()
    {
        if (!_tokens.IsName("not"))
        {
            return Comparison();
        }

        _tokens.Enter();
        var offset = _tokens.Take().Offset;
        var value = new Expression.Unary(offset, "not", Not());
        _tokens.Leave();
        return value;
    }

    private Expression Comparison()
    {
        var first = Arithmetic(0);
        var rest = new List<(string, Expression)>();
        while (TakeComparison() is { } comparison)
        {
            rest.Add((comparison, Arithmetic(0)));
        }

        return rest.Count == 0 ? first : new Expression.Comparison(first.Offset, first, rest);
    }

    private string? TakeComparison()
    {
        if (_tokens.Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } or { Kind: TokenKind.Name, Text: "in" })
        {
            return _tokens.Take().Text;
        }

        if (_tokens.IsName("not") && _tokens.Following.Is(TokenKind.Name, "in"))
        {
            _tokens.Take();
            _tokens.Take();
            return "not in";
        }

        return null;
    }

    private Expression Arithmetic(int level)
    {
        if (level == Levels.Length)
        {
            return _operands.Read(hasFilters: true);
        }

        var left = Arithmetic(level + 1);
        while (_tokens.Current.Kind == TokenKind.Operator && Levels[level].Contains(_tokens.Current.Text))
        {
            var sign = _tokens.Take();
            left = new Expression.Binary(sign.Offset, sign.Text, left, Arithmetic(level + 1));
        }

        return left;
    }
}
