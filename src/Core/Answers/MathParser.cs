namespace LlmEfficiency.Core.Answers;

/// <summary>Builds the structure of a written answer by recursive descent; depth is bounded.</summary>
/// <remarks>
/// From loose to tight: commas, relations, unions, sums, products (written or implied), signs, powers. A function
/// without brackets takes the product behind it.
/// </remarks>
internal sealed partial class MathParser
{
    private const int MaxDepth = 48;

    private readonly List<MathToken> _tokens;
    private int _at;
    private int _depth;
    private int _bars;
    private bool _failed;

    private MathParser(List<MathToken> tokens) => _tokens = tokens;

    private MathToken Next => _at < _tokens.Count ? _tokens[_at] : default;

    /// <summary>Returns the structure of the pieces; null if they have none.</summary>
    public static MathNode? Parse(List<MathToken> tokens)
    {
        var parser = new MathParser(tokens);
        var items = parser.ParseItems();
        return parser._failed || parser.Next.Kind != MathTokenKind.End ? null
            : items.Count == 1 ? items[0] : new MathNode.Series(SeriesKind.Bare, SeriesKind.Bare, items);
    }

    private List<MathNode> ParseItems()
    {
        List<MathNode> items = [ParseRelation()];
        while (TakeMark(","))
        {
            if (Next is { Kind: MathTokenKind.Mark, Text: "," }) // "3, 5, and 7"
            {
                continue;
            }

            items.Add(ParseRelation());
        }

        return items;
    }

    private MathNode ParseRelation()
    {
        if (++_depth > MaxDepth)
        {
            return Fail();
        }

        List<MathNode> sides = [ParseUnion()];
        List<string> signs = [];
        while (Next is { Kind: MathTokenKind.Mark, Text: "=" or "<" or ">" or "≤" or "≥" or "≠" or "∈" or "≈" } sign)
        {
            _at++;
            signs.Add(sign.Text);
            sides.Add(ParseUnion());
        }

        _depth--;
        return signs.Count == 0 ? sides[0] : new MathNode.Relation(sides, signs);
    }

    private MathNode ParseUnion()
    {
        List<MathNode> parts = [ParseSum()];
        while (TakeMark("∪"))
        {
            parts.Add(ParseSum());
        }

        return parts.Count == 1 ? parts[0] : new MathNode.Series(SeriesKind.Union, SeriesKind.Union, parts);
    }

    private MathNode ParseSum()
    {
        MathNode sum = Next is { Kind: MathTokenKind.Mark, Text: "±" or "∓" }
            ? new MathNode.Number(Rational.Of(0))
            : ParseTerm();
        while (Next is { Kind: MathTokenKind.Mark, Text: "+" or "-" or "±" or "∓" } sign)
        {
            _at++;
            sum = new MathNode.Apply(sign.Text, sum, ParseTerm());
        }

        return sum;
    }

    private MathNode ParseTerm()
    {
        var isInteger = IsInteger(Next);
        var term = ParseSigned();
        while (!_failed)
        {
            if (Next.Kind == MathTokenKind.Text)
            {
                term = ParseUnit(term);
            }
            else if (Next is { Kind: MathTokenKind.Mark, Text: "*" or "/" } sign)
            {
                _at++;
                term = new MathNode.Apply(sign.Text, term, ParseSigned());
            }
            else if (BeginsFactor())
            {
                term = isInteger && IsFraction() ? new MathNode.Apply("+", term, ParseFraction())
                    : IsNumber(Next) ? Fail()
                    : new MathNode.Apply("*", term, ParsePower());
            }
            else
            {
                break;
            }

            isInteger = false;
        }

        return term;
    }

    private MathNode ParseSigned()
    {
        if (++_depth > MaxDepth)
        {
            return Fail();
        }

        MathNode value;
        if (TakeMark("-"))
        {
            var isInteger = IsInteger(Next);
            var inner = ParseSigned();
            value = new MathNode.Apply(
                "-", isInteger && IsFraction() ? new MathNode.Apply("+", inner, ParseFraction()) : inner);
        }
        else
        {
            _ = TakeMark("+");
            value = ParsePower();
        }

        _depth--;
        return value;
    }

    private MathNode ParsePower()
    {
        var value = ParsePostfix(ParsePrimary());
        while (TakeMark("^"))
        {
            if (TakeDegreeSign())
            {
                value = new MathNode.Quantity(value, "degree");
            }
            else
            {
                value = new MathNode.Apply("^", value, ParseExponent());
            }

            value = ParsePostfix(value);
        }

        return value;
    }

    // A power of a power without brackets is read from the right, as everywhere: 2^3^2 is 2^9.
    private MathNode ParseExponent()
    {
        var exponent = Next.Text == "{" ? ParseArgument() : ParseSigned();
        if (TakeMark("^"))
        {
            exponent = ++_depth > MaxDepth ? Fail() : new MathNode.Apply("^", exponent, ParseExponent());
            _depth--;
        }

        return exponent;
    }

    private MathNode ParsePostfix(MathNode value)
    {
        while (Next is { Kind: MathTokenKind.Mark, Text: "!" or "%" or "°" } sign)
        {
            _at++;
            value = sign.Text == "!" ? new MathNode.Apply("!", value)
                : new MathNode.Quantity(value, sign.Text == "%" ? "percent" : "degree");
        }

        return value;
    }

    private bool TakeDegreeSign()
    {
        var braced = Follows("{", "°", "}");
        _at += braced ? 3 : Next.Text == "°" ? 1 : 0;
        return braced || _tokens[_at - 1].Text == "°";
    }

    // cm, cm^2, km/h: whatever belongs to the unit becomes part of its name.
    private MathNode.Quantity ParseUnit(MathNode value)
    {
        var unit = string.Empty;
        for (var start = -1; start != _at;)
        {
            start = _at;
            if (Next.Kind == MathTokenKind.Text)
            {
                unit = $"{unit} {UnitName(Next.Text)}";
                _at++;
            }
            else if (Next.Text == "^" && IsNumber(Ahead(1)))
            {
                unit += $"^{Ahead(1).Text}";
                _at += 2;
            }
            else if (Follows("^", "{") && IsNumber(Ahead(2)) && Ahead(3).Text == "}")
            {
                unit += $"^{Ahead(2).Text}";
                _at += 4;
            }
            else if (Next.Text == "/" && Ahead(1).Kind == MathTokenKind.Text)
            {
                unit += " /";
                _at++;
            }
        }

        return new MathNode.Quantity(value, unit.TrimStart());
    }

    private MathToken Ahead(int count) => _at + count < _tokens.Count ? _tokens[_at + count] : default;

    private bool Follows(params ReadOnlySpan<string> marks)
    {
        for (var index = 0; index < marks.Length; index++)
        {
            if (Ahead(index).Text != marks[index])
            {
                return false;
            }
        }

        return true;
    }

    private static string UnitName(string text)
    {
        var plain = text.Trim().TrimEnd('.').ToLowerInvariant();
        return MathWords.Units.GetValueOrDefault(plain, plain);
    }

    private bool TakeMark(string mark)
    {
        var isThere = Next.Kind == MathTokenKind.Mark && Next.Text == mark;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private MathNode.Number Fail()
    {
        (_failed, _at) = (true, _tokens.Count);
        return new MathNode.Number(Rational.Of(0));
    }
}
