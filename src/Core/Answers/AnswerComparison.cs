namespace LlmEfficiency.Core.Answers;

/// <summary>Compares answers of any shape. Every rule is symmetric.</summary>
/// <param name="tolerance">The relative difference of numbers that counts as none.</param>
internal sealed class AnswerComparison(double tolerance)
{
    private const int MaxItems = 64;

    /// <summary>Tells whether two answers say the same.</summary>
    public bool AreEqual(MathNode left, MathNode right)
    {
        (left, right) = (RelationForms.Expand(left), RelationForms.Expand(right));
        return (left, right) switch
        {
            (MathNode.Relation one, MathNode.Relation other) => AreRelationsEqual(one, other),
            (MathNode.Relation one, _) => RelationForms.Value(one, this) is { } value && AreEqual(value, right),
            (_, MathNode.Relation other) => RelationForms.Value(other, this) is { } value && AreEqual(left, value),
            (MathNode.Series one, MathNode.Series other) => AreSeriesEqual(one, other),
            (MathNode.Series { Items: [var only], Open: SeriesKind.Set }, _) => AreEqual(only, right),
            (_, MathNode.Series { Items: [var only], Open: SeriesKind.Set }) => AreEqual(left, only),
            (MathNode.Quantity one, MathNode.Quantity other) => AreQuantitiesEqual(one, other),
            (MathNode.Quantity one, _) => Readings(one).Any(reading => AreEqual(reading, right)),
            (_, MathNode.Quantity other) => Readings(other).Any(reading => AreEqual(left, reading)),
            (MathNode.Word one, MathNode.Word other) => one.Text == other.Text,
            (MathNode.Based one, MathNode.Based other) => one == other,
            _ => ScalarComparison.AreEqual(left, right, tolerance) == true,
        };
    }

    private bool AreRelationsEqual(MathNode.Relation left, MathNode.Relation right) =>
        (left.Signs.SequenceEqual(right.Signs) && Pairwise(left.Sides, right.Sides))
        || AreValuesEqual(left, right)
        || SayTheSame(left, right);

    // x = 5 and 5 = x, x > 3 and 3 < x; but not x = 5 and y = 5.
    private bool AreValuesEqual(MathNode.Relation left, MathNode.Relation right) =>
        RelationForms.Value(left, this) is { } one && RelationForms.Value(right, this) is { } other
        && (RelationForms.Label(left) is not { } ours || RelationForms.Label(right) is not { } theirs
            || AreEqual(ours, theirs))
        && AreEqual(one, other);

    // 2x = 4 and x - 2 = 0: the differences are multiples of each other.
    private static bool SayTheSame(MathNode.Relation left, MathNode.Relation right) =>
        RelationForms.Difference(left) is var (first, sign)
            && RelationForms.Difference(right) is var (second, otherSign)
        && sign == otherSign && ScalarComparison.AreProportional(first, second, sign is "=" or "≠" ? 0 : 1);

    // A percentage stands for its number and for its hundredth; an angle for its degrees and its radians; a unit is
    // dropped.
    private static MathNode[] Readings(MathNode.Quantity quantity) => quantity.Unit switch
    {
        "percent" => [quantity.Value, new MathNode.Apply("/", quantity.Value, new MathNode.Number(Rational.Of(100)))],
        "degree" => [quantity.Value, new MathNode.Apply("*", new MathNode.Number(Rational.Of(1)), quantity)],
        _ => [quantity.Value],
    };

    private bool AreQuantitiesEqual(MathNode.Quantity left, MathNode.Quantity right)
    {
        var contradict = left.Unit != right.Unit && IsKnown(left.Unit) && IsKnown(right.Unit);
        return !contradict && AreEqual(left.Value, right.Value);
    }

    private static bool IsKnown(string unit) =>
        unit.Split([' ', '/', '^']).Any(MathWords.Units.Values.Contains) && unit is not ("unit" or "point");

    private bool AreSeriesEqual(MathNode.Series left, MathNode.Series right)
    {
        if (left.Open == SeriesKind.Matrix != (right.Open == SeriesKind.Matrix))
        {
            return Vector(left) is { } one && Vector(right) is { } other && Pairwise(one, other);
        }

        var isUnordered = (IsUnordered(left) && IsUnordered(right))
            || (left.Open == SeriesKind.Union && right.Open == SeriesKind.Union);
        return isUnordered
            ? AreSameSet(left.Items, right.Items)
            : HoldAlike(left, right) && Pairwise(left.Items, right.Items);
    }

    private static bool IsUnordered(MathNode.Series series) => series.Open is SeriesKind.Bare or SeriesKind.Set;

    private static bool HoldAlike(MathNode.Series left, MathNode.Series right)
    {
        return (left.Open == right.Open && left.Close == right.Close)
            || (IsTuple(left) && IsTuple(right) && (left.Items.Count > 2 || Bare(left) || Bare(right)));

        static bool Bare(MathNode.Series series) => series.Open == SeriesKind.Bare;
    }

    // Round brackets, square brackets or none; two values in brackets of different form are intervals.
    private static bool IsTuple(MathNode.Series series) =>
        (series.Open, series.Close) is (SeriesKind.Bare, _) or ("(", ")") or ("[", "]");

    // A column or a row may be written as a tuple.
    private static IReadOnlyList<MathNode>? Vector(MathNode.Series series)
    {
        if (series.Open != SeriesKind.Matrix)
        {
            return (series.Open, series.Close) is ("(", ")") ? series.Items : null;
        }

        var rows = series.Items.OfType<MathNode.Series>().ToArray();
        return rows.Length == 1 ? rows[0].Items
            : rows.All(row => row.Items.Count == 1) ? [.. rows.Select(row => row.Items[0])]
            : null;
    }

    private bool Pairwise(IReadOnlyList<MathNode> left, IReadOnlyList<MathNode> right) =>
        left.Count == right.Count && left.Zip(right).All(pair => AreEqual(pair.First, pair.Second));

    // Finds a partner for every value; a value may have several candidates, so earlier pairs may be changed (Kuhn).
    private bool AreSameSet(IReadOnlyList<MathNode> left, IReadOnlyList<MathNode> right)
    {
        if (left.Count != right.Count || left.Count > MaxItems)
        {
            return false;
        }

        var fits = left.Select(one => right.Select(other => AreEqual(one, other)).ToArray()).ToArray();
        var partners = Enumerable.Repeat(-1, right.Count).ToArray();
        return Enumerable.Range(0, left.Count).All(index => Place(index, new bool[right.Count]));

        bool Place(int index, bool[] tried)
        {
            for (var candidate = 0; candidate < right.Count; candidate++)
            {
                if (!fits[index][candidate] || tried[candidate])
                {
                    continue;
                }

                tried[candidate] = true;
                if (partners[candidate] < 0 || Place(partners[candidate], tried))
                {
                    partners[candidate] = index;
                    return true;
                }
            }

            return false;
        }
    }
}
