using System.Globalization;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>Reads what arithmetic joins: literals, names, members, calls, filters and tests.</summary>
internal sealed class OperandParser(TokenCursor tokens, ExpressionParser expressions)
{
    public Expression Read(bool hasFilters)
    {
        tokens.Enter();
        Expression value;
        if (tokens.IsOperator("-") || tokens.IsOperator("+"))
        {
            var sign = tokens.Take();
            value = new Expression.Unary(sign.Offset, sign.Text, Read(hasFilters: false));
        }
        else
        {
            value = Postfix(Primary());
        }

        while (hasFilters && (tokens.IsOperator("|") || tokens.IsName("is")))
        {
            value = tokens.IsName("is") ? Test(value) : Filter(value);
        }

        while (hasFilters && tokens.IsOperator("("))
        {
            value = Postfix(value);
        }

        tokens.Leave();
        return value;
    }

    /// <summary>Reads <c>(a, b=c)</c>, or nothing.</summary>
    public Arguments ReadArguments()
    {
        if (!tokens.TryOperator("("))
        {
            return Arguments.None;
        }

        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        while (!tokens.TryOperator(")"))
        {
            if (tokens.Current.Kind == TokenKind.Name && tokens.Following.Is(TokenKind.Operator, "="))
            {
                var name = tokens.Take().Text;
                tokens.Take();
                named.Add((name, expressions.Read()));
            }
            else
            {
                positional.Add(expressions.Read());
            }

            if (!tokens.IsOperator(")"))
            {
                tokens.Expect(TokenKind.Operator, ",");
            }
        }

        return new Arguments(positional, named);
    }

    private Expression.Filter Filter(Expression target)
    {
        tokens.Take();
        var name = tokens.Expect(TokenKind.Name);
        return new Expression.Filter(name.Offset, target, name.Text, ReadArguments());
    }

    private Expression Test(Expression target)
    {
        tokens.Take();
        var isNegated = tokens.TryName("not");
        var name = tokens.Expect(TokenKind.Name);
        var arguments = tokens.IsOperator("(") ? ReadArguments()
            : HasBareArgument() ? new Arguments([Postfix(Primary())], [])
            : Arguments.None;
        var test = new Expression.Test(name.Offset, target, name.Text, arguments);
        return isNegated ? new Expression.Unary(name.Offset, "not", test) : test;
    }

    // "is divisibleby 3": the next token begins an operand.
    private bool HasBareArgument() => tokens.Current.Kind switch
    {
        TokenKind.Text or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Name => tokens.Current.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"),
        _ => tokens.IsOperator("[") || tokens.IsOperator("{"),
    };

    private Expression Postfix(Expression value)
    {
        while (tokens.Current.Kind == TokenKind.Operator)
        {
            var offset = tokens.Current.Offset;
            if (tokens.IsOperator("("))
            {
                value = new Expression.Call(offset, value, ReadArguments());
            }
            else if (tokens.TryOperator("."))
            {
                value = tokens.Current.Kind == TokenKind.Integer
                    ? new Expression.Item(offset, value, Primary())
                    : new Expression.Member(offset, value, tokens.Expect(TokenKind.Name).Text);
            }
            else if (tokens.TryOperator("["))
            {
                value = Subscript(offset, value);
            }
            else
            {
                break;
            }
        }

        return value;
    }

    private Expression Subscript(int offset, Expression target)
    {
        var start = tokens.IsOperator(":") ? null : expressions.Read();
        if (start is not null && tokens.TryOperator("]"))
        {
            return new Expression.Item(offset, target, start);
        }

        tokens.Expect(TokenKind.Operator, ":");
        var stop = tokens.IsOperator(":") || tokens.IsOperator("]") ? null : expressions.Read();
        var step = tokens.TryOperator(":") && !tokens.IsOperator("]") ? expressions.Read() : null;
        tokens.Expect(TokenKind.Operator, "]");
        return new Expression.Slice(offset, target, start, stop, step);
    }

    private Expression Primary()
    {
        var token = tokens.Take();
        return token.Kind switch
        {
            TokenKind.Name => Name(token),
            TokenKind.Text => Text(token),
            TokenKind.Integer => new Expression.Literal(token.Offset, Integer(token)),
            TokenKind.Float => new Expression.Literal(
                token.Offset, double.Parse(token.Text, CultureInfo.InvariantCulture)),
            TokenKind.Operator when token.Text == "(" => Parenthesis(token),
            TokenKind.Operator when token.Text == "[" => new Expression.ListOf(token.Offset, Items("]")),
            TokenKind.Operator when token.Text == "{" => Map(token),
            _ => throw tokens.Fail($"'{token.Text}' stands where a value should", token.Offset),
        };
    }

    private static Expression Name(Token token) => token.Text switch
    {
        "true" or "True" => new Expression.Literal(token.Offset, true),
        "false" or "False" => new Expression.Literal(token.Offset, false),
        "none" or "None" => new Expression.Literal(token.Offset, null),
        _ => new Expression.Variable(token.Offset, token.Text),
    };

    private Expression.Literal Text(Token token)
    {
        var text = new System.Text.StringBuilder(token.Text);
        while (tokens.Current.Kind == TokenKind.Text)
        {
            text.Append(tokens.Take().Text);
        }

        return new Expression.Literal(token.Offset, new JinjaText(text.ToString(), isContent: false));
    }

    private long Integer(Token token) =>
        long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw tokens.Fail(
                $"{token.Text[..Math.Min(24, token.Text.Length)]} needs more than 64 bits", token.Offset);

    private Expression Parenthesis(Token open)
    {
        if (tokens.TryOperator(")"))
        {
            return new Expression.ListOf(open.Offset, []);
        }

        var value = expressions.ReadTuple();
        tokens.Expect(TokenKind.Operator, ")");
        return value;
    }

    private List<Expression> Items(string close)
    {
        var items = new List<Expression>();
        while (!tokens.TryOperator(close))
        {
            items.Add(expressions.Read());
            if (!tokens.IsOperator(close))
            {
                tokens.Expect(TokenKind.Operator, ",");
            }
        }

        return items;
    }

    private Expression.MapOf Map(Token open)
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.TryOperator("}"))
        {
            var key = expressions.Read();
            tokens.Expect(TokenKind.Operator, ":");
            entries.Add((key, expressions.Read()));
            if (!tokens.IsOperator("}"))
            {
                tokens.Expect(TokenKind.Operator, ",");
            }
        }

        return new Expression.MapOf(open.Offset, entries);
    }
}
