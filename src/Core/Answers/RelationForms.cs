namespace LlmEfficiency.Core.Answers;

/// <summary>Other ways to write an answer: what a relation says, what ± stands for.</summary>
internal static class RelationForms
{
    private const string Infinity = "infinity";

    /// <summary>Replaces each ± by both of its values, and a union of one by its part.</summary>
    public static MathNode Expand(MathNode node)
    {
        if (node is MathNode.Series { Open: SeriesKind.Bare or SeriesKind.Set } series)
        {
            return series.Items.Any(HasPlusMinus)
                ? new MathNode.Series(series.Open, series.Close, [.. series.Items.SelectMany(Both)])
                : series;
        }

        return node is MathNode.Apply && HasPlusMinus(node)
            ? new MathNode.Series(SeriesKind.Bare, SeriesKind.Bare, [.. Both(node)]) : node;
    }

    /// <summary>
    /// Returns the value that a relation gives a name, or the interval that it describes; null if neither.
    /// </summary>
    public static MathNode? Value(MathNode.Relation relation, AnswerComparison comparison)
    {
        if (relation.Signs.All(sign => sign is "=" or "≈" or "∈"))
        {
            var (first, last) = (relation.Sides[0], relation.Sides[^1]);
            return IsLabel(first) ? last
                : IsLabel(last) && relation.Sides.Count == 2 && relation.Signs[0] == "=" ? first
                : relation.Sides.All(IsPlain) && relation.Sides.All(side => comparison.AreEqual(side, last)) ? last
                : null;
        }

        return Interval(relation);
    }

    /// <summary>Returns what a relation gives a value or bounds; null if nothing with a name.</summary>
    public static MathNode? Label(MathNode.Relation relation) => relation.Sides.FirstOrDefault(IsLabel);

    /// <summary>
    /// Returns left minus right with the sign between them, less-than turned into greater-than; null for chains.
    /// </summary>
    public static (MathNode Difference, string Sign)? Difference(MathNode.Relation relation)
    {
        if (relation.Sides is not [var left, var right])
        {
            return null;
        }

        return relation.Signs[0] switch
        {
            "<" => (new MathNode.Apply("-", right, left), ">"),
            "≤" => (new MathNode.Apply("-", right, left), "≥"),
            var sign => (new MathNode.Apply("-", left, right), sign),
        };
    }

    // x, x_1, f(x), (x, y), words.
    private static bool IsLabel(MathNode node) => node switch
    {
        MathNode.Symbol { Name: not ("pi" or "e" or "i" or Infinity) } or MathNode.Word => true,
        MathNode.Apply { Function: "*", Arguments: [MathNode.Symbol function, MathNode.Symbol] } =>
            function.Name is "f" or "g" or "h" or "P" or "p" or "q" or "F",
        MathNode.Series { Open: "(" or SeriesKind.Bare } series => series.Items.All(IsLabel),
        _ => false,
    };

    private static bool IsPlain(MathNode node) =>
        node is not (MathNode.Series or MathNode.Relation or MathNode.Word or MathNode.Based)
            && ScalarComparison.Symbols(node).Count == 0;

    private static MathNode.Series? Interval(MathNode.Relation relation)
    {
        var infinity = new MathNode.Symbol(Infinity);
        var (sides, signs) = (relation.Sides, relation.Signs);
        if (signs.All(sign => sign is ">" or "≥"))
        {
            sides = [.. sides.Reverse()];
            signs = [.. signs.Reverse().Select(sign => sign == ">" ? "<" : "≤")];
        }

        if (!signs.All(sign => sign is "<" or "≤"))
        {
            return null;
        }

        return sides switch
        {
            [MathNode.Symbol, var upper] when IsPlain(upper) =>
                Between(new MathNode.Apply("-", infinity), "<", upper, signs[0]),
            [var lower, MathNode.Symbol] when IsPlain(lower) => Between(lower, signs[0], infinity, "<"),
            [var lower, MathNode.Symbol, var upper] when IsPlain(lower) && IsPlain(upper) =>
                Between(lower, signs[0], upper, signs[1]),
            _ => null,
        };
    }

    private static MathNode.Series Between(MathNode lower, string open, MathNode upper, string close) =>
        new(open == "<" ? "(" : "[", close == "<" ? ")" : "]", [lower, upper]);

    private static bool HasPlusMinus(MathNode node) => node switch
    {
        MathNode.Apply apply => apply.Function is "±" or "∓" || apply.Arguments.Any(HasPlusMinus),
        MathNode.Quantity quantity => HasPlusMinus(quantity.Value),
        _ => false,
    };

    private static IEnumerable<MathNode> Both(MathNode node) => HasPlusMinus(node)
        ? [With(node, "+", "-"), With(node, "-", "+")] : [node];

    private static MathNode With(MathNode node, string plusMinus, string minusPlus) => node switch
    {
        MathNode.Apply apply => new MathNode.Apply(
            apply.Function == "±" ? plusMinus : apply.Function == "∓" ? minusPlus : apply.Function,
            [.. apply.Arguments.Select(argument => With(argument, plusMinus, minusPlus))]),
        MathNode.Quantity quantity => quantity with { Value = With(quantity.Value, plusMinus, minusPlus) },
        _ => node,
    };
}
