namespace LlmEfficiency.Core.Answers;

/// <content>Numbers, symbols, brackets, functions and matrices.</content>
internal sealed partial class MathParser
{
    private static bool IsNumber(MathToken token) => token.Kind == MathTokenKind.Number;

    private static bool IsInteger(MathToken token) => IsNumber(token) && token.Text.All(char.IsAsciiDigit);

    private bool BeginsFactor() => Next.Kind switch
    {
        MathTokenKind.Number or MathTokenKind.Letter or MathTokenKind.Function or MathTokenKind.Begin => true,
        MathTokenKind.Mark => Next.Text is "(" or "[" or "{" || (Next.Text == "|" && _bars == 0),
        _ => false,
    };

    // A mixed number's second half: \frac{4}{5} or 4/5 of whole numbers.
    private bool IsFraction()
    {
        var rest = _tokens.Skip(_at).Take(7).ToArray();
        return rest switch
        {
            [{ Kind: MathTokenKind.Number } top, { Text: "/" }, { Kind: MathTokenKind.Number } bottom, ..] =>
                IsInteger(top) && IsInteger(bottom),
            [{ Text: "frac" }, { Text: "{" }, var top, { Text: "}" }, { Text: "{" }, var bottom, { Text: "}" }] =>
                IsInteger(top) && IsInteger(bottom),
            [{ Text: "frac" }, var both, ..] => IsInteger(both),
            _ => false,
        };
    }

    private MathNode ParseFraction()
    {
        var top = ParsePrimary();
        return TakeMark("/") ? new MathNode.Apply("/", top, ParsePrimary()) : top;
    }

    private MathNode ParsePrimary()
    {
        var token = Next;
        _at++;
        return token.Kind switch
        {
            MathTokenKind.Number => ParseNumber(token.Text),
            MathTokenKind.Letter => ParseSymbol(token.Text),
            MathTokenKind.Function => ParseFunction(token.Text),
            MathTokenKind.Text => new MathNode.Word(token.Text.ToLowerInvariant()),
            MathTokenKind.Begin => ParseMatrix(),
            MathTokenKind.Mark => token.Text switch
            {
                "(" or "[" => ParseBracket(token.Text),
                "⦃" => ParseBracket(token.Text),
                "{" => ParseBraces(),
                "|" => ParseBars(),
                _ => Fail(),
            },
            _ => Fail(),
        };
    }

    private MathNode ParseNumber(string digits)
    {
        if (TakeMark("_"))
        {
            return new MathNode.Based(digits, ReadScript());
        }

        return Rational.Parse(digits) is { } value ? new MathNode.Number(value) : Fail();
    }

    private MathNode.Symbol ParseSymbol(string name)
    {
        for (var length = -1; length != name.Length;)
        {
            length = name.Length;
            name += TakeMark("_") ? $"_{ReadScript()}" : TakeMark("'") ? "'" : string.Empty;
            if (Follows("^", "{", "'"))
            {
                _at += 2;
                name += ReadPrimes();
            }
        }

        // I(0) is a value of a function, not a product with nothing.
        if (name.Length == 1 && name is not ("e" or "i") && Next.Text == "(" && IsNumber(Ahead(1))
            && Ahead(2).Text == ")")
        {
            name += $"({Ahead(1).Text})";
            _at += 3;
        }

        return new MathNode.Symbol(name);
    }

    private string ReadPrimes()
    {
        var primes = string.Empty;
        while (TakeMark("'"))
        {
            primes += "'";
        }

        _ = TakeMark("}") ? null : Fail();
        return primes;
    }

    private string ReadScript()
    {
        if (!TakeMark("{"))
        {
            return _at < _tokens.Count ? _tokens[_at++].Text : Fail().ToString();
        }

        var script = string.Empty;
        while (Next.Kind != MathTokenKind.End && Next.Text != "}")
        {
            script += Next.Text;
            _at++;
        }

        _ = TakeMark("}") ? null : Fail();
        return script;
    }

    private MathNode ParseBracket(string open)
    {
        var items = ParseItems();
        var close = Next.Text;
        _at++;
        var fits = open == "⦃" ? close == "⦄" : close is ")" or "]";
        if (!fits)
        {
            return Fail();
        }

        return items.Count > 1 || open == "⦃" ? new MathNode.Series(open, close, items)
            : (open == "(") == (close == ")") ? items[0] : Fail();
    }

    private MathNode ParseBraces()
    {
        var items = ParseItems();
        return !TakeMark("}") ? Fail() : items.Count == 1 ? items[0] : new MathNode.Series(SeriesKind.Set, "⦄", items);
    }

    private MathNode ParseBars()
    {
        _bars++;
        var inner = ParseRelation();
        _bars--;
        return TakeMark("|") ? new MathNode.Apply("abs", inner) : Fail();
    }

    private MathNode ParseFunction(string name)
    {
        switch (name)
        {
            case "group":
                return ParseArgument();
            case "frac":
                var top = ParseArgument();
                return new MathNode.Apply("/", top, ParseArgument());
            case "binom":
                var upper = ParseArgument();
                return new MathNode.Apply("binom", upper, ParseArgument());
            case "root":
                return new MathNode.Apply("sqrt", ParsePrimary());
            case "sqrt":
                var degree = TakeMark("[") ? ParseRelation() : null;
                return degree is not null && !TakeMark("]") ? Fail()
                    : degree is null ? new MathNode.Apply("sqrt", ParseArgument())
                    : new MathNode.Apply(
                        "^", ParseArgument(), new MathNode.Apply("/", new MathNode.Number(Rational.Of(1)), degree));
            default:
                return ParseNamed(name);
        }
    }

    private MathNode ParseNamed(string name)
    {
        MathNode? power = null;
        MathNode? logBase = null;
        while (Next.Text is "^" or "_" && !_failed)
        {
            if (TakeMark("^"))
            {
                power = ParseArgument();
            }
            else
            {
                _at++;
                logBase = ParseArgument();
            }
        }

        var argument = ParseFunctionArgument();
        if (logBase is not null)
        {
            return name != "log" ? Fail()
                : new MathNode.Apply("/", new MathNode.Apply("ln", argument), new MathNode.Apply("ln", logBase));
        }

        // \sin^{-1} is the inverse, every other power is one of the value.
        return power switch
        {
            null => new MathNode.Apply(name, argument),
            MathNode.Apply { Function: "-", Arguments: [MathNode.Number { Value: var one }] } when one == Rational.Of(1)
                => new MathNode.Apply($"arc{name}", argument),
            _ => new MathNode.Apply("^", new MathNode.Apply(name, argument), power),
        };
    }

    private MathNode ParseFunctionArgument()
    {
        if (++_depth > MaxDepth)
        {
            return Fail();
        }

        var argument = Next.Text is "(" or "{" or "[" ? ParsePower() : ParseSigned();
        var isBracket = _at > 0 && _tokens[Math.Min(_at, _tokens.Count) - 1].Text is ")" or "}" or "]";
        while (!isBracket && !_failed && BeginsFactor()
            && !(Next.Kind == MathTokenKind.Function && MathWords.Functions.Contains(Next.Text)))
        {
            argument = IsNumber(Next) ? Fail() : new MathNode.Apply("*", argument, ParsePower());
        }

        _depth--;
        return argument;
    }

    // A group in braces or brackets, or what LaTeX takes without braces: one digit, letter or command.
    private MathNode ParseArgument()
    {
        if (++_depth > MaxDepth)
        {
            return Fail();
        }

        MathNode argument;
        if (IsNumber(Next) && Next.Text.Length > 1 && char.IsAsciiDigit(Next.Text[0]))
        {
            argument = new MathNode.Number(Rational.Of(Next.Text[0] - '0'));
            _tokens[_at] = Next with { Text = Next.Text[1..] };
        }
        else
        {
            argument = TakeMark("-") ? new MathNode.Apply("-", ParsePrimary()) : ParsePrimary();
        }

        _depth--;
        return argument;
    }

    private MathNode ParseMatrix()
    {
        List<MathNode> rows = [];
        while (!_failed && Next.Kind != MathTokenKind.Close)
        {
            List<MathNode> cells = [ParseRelation()];
            while (TakeMark("&"))
            {
                cells.Add(ParseRelation());
            }

            rows.Add(new MathNode.Series(SeriesKind.Row, SeriesKind.Row, cells));
            if (!TakeMark("\n") && Next.Kind != MathTokenKind.Close)
            {
                return Fail();
            }
        }

        _at++;
        return rows.Count == 0 || _failed ? Fail() : new MathNode.Series(SeriesKind.Matrix, SeriesKind.Matrix, rows);
    }
}
