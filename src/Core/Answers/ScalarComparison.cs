using System.Numerics;

namespace LlmEfficiency.Core.Answers;

/// <summary>
/// Tells whether two expressions have one value, by computing both at several points: exactly where they are fractions,
/// which for rational functions is a proof but for a chance below 10⁻⁸, else in double precision.
/// </summary>
internal static class ScalarComparison
{
    private const int Points = 6;
    private const double Precision = 1e-11;
    private const double Cancellation = 1e-14;

    /// <summary>Compares two expressions.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <param name="tolerance">The relative difference that counts as none; 0 forgives rounding errors only.</param>
    /// <returns>Null if they could not be computed anywhere.</returns>
    public static bool? AreEqual(MathNode left, MathNode right, double tolerance)
    {
        var (symbols, count) = Survey(left, right);
        var points = symbols.Count == 0 ? 1 : Points;
        bool? found = null;
        for (var point = 0; point < points; point++)
        {
            var same = AtPoint(left, right, point, symbols.Contains("i"), tolerance);
            if (same == false)
            {
                return false;
            }

            found ??= same;
        }

        return count == 0 ? null : found;
    }

    /// <summary>Tells whether one expression is the same multiple of the other everywhere, not zero.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <param name="sign">The sign that the factor must have; 0 allows both.</param>
    public static bool AreProportional(MathNode left, MathNode right, int sign)
    {
        var (symbols, _) = Survey(left, right);
        Complex? factor = null;
        var counted = 0;
        for (var point = 0; point < Points && symbols.Count > 0; point++)
        {
            var evaluator = Numeric(point, symbols.Contains("i"));
            var (first, second) = (evaluator.Evaluate(left), evaluator.Evaluate(right));
            if (!Complex.IsFinite(first) || !Complex.IsFinite(second))
            {
                continue;
            }

            var blur = Precision * evaluator.Scale;
            if (Complex.Abs(first) <= blur || Complex.Abs(second) <= blur)
            {
                return false;
            }

            factor ??= first / second;
            counted++;
            if (Complex.Abs(first - (factor.Value * second)) > 1e-9 * Complex.Abs(first)
                || (sign != 0 && factor.Value.Real * sign <= 0))
            {
                return false;
            }
        }

        return counted >= 2;
    }

    /// <summary>Returns the symbols of an expression that stand for unknown values, and i if it occurs.</summary>
    public static HashSet<string> Symbols(MathNode node) => Survey(node, node).Symbols;

    private static bool? AtPoint(MathNode left, MathNode right, int point, bool isComplex, double tolerance)
    {
        var exact = new RationalEvaluator(name => IsConstant(name) ? null : Rational.Of(Value(name, point), 256));
        if (exact.Evaluate(left) is { } one && exact.Evaluate(right) is { } other)
        {
            return one == other || (tolerance > 0 && IsNear(one.ToDouble(), other.ToDouble(), tolerance, 0));
        }

        var numeric = Numeric(point, isComplex);
        var (first, second) = (numeric.Evaluate(left), numeric.Evaluate(right));
        return Complex.IsFinite(first) && Complex.IsFinite(second)
            ? IsNear(first, second, Math.Max(tolerance, Precision), Cancellation * numeric.Scale)
            : null;
    }

    private static bool IsNear(Complex left, Complex right, double relative, double absolute) =>
        Complex.Abs(left - right) <= (relative * Math.Max(Complex.Abs(left), Complex.Abs(right))) + absolute;

    private static NumericEvaluator Numeric(int point, bool isComplex) =>
        new(name => Value(name, point) / 256.0, isComplex);

    private static bool IsConstant(string name) => name is "pi" or "e" or "i";

    // 1024 values between 0.16 and 4.16 in steps of 1/256, exact in both arithmetics; every second point has negative
    // ones.
    private static long Value(string name, int point)
    {
        var state = (ulong)point + 1;
        foreach (var letter in name)
        {
            state = Mix(state ^ letter);
        }

        var size = 41 + (long)(Mix(state) >> 54);
        return point % 2 == 1 && (state & 1) == 1 ? -size : size;
    }

    private static ulong Mix(ulong value)
    {
        value = (value + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static (HashSet<string> Symbols, int Nodes) Survey(MathNode left, MathNode right)
    {
        var symbols = new HashSet<string>();
        var nodes = 0;
        var open = new Stack<MathNode>([left, right]);
        while (open.TryPop(out var node))
        {
            nodes++;
            switch (node)
            {
                case MathNode.Symbol symbol when symbol.Name is not ("pi" or "e"):
                    symbols.Add(symbol.Name);
                    break;
                case MathNode.Quantity quantity:
                    open.Push(quantity.Value);
                    break;
                case MathNode.Apply apply:
                    Array.ForEach(apply.Arguments, open.Push);
                    break;
                case MathNode.Word or MathNode.Based or MathNode.Series or MathNode.Relation:
                    return ([], 0); // no scalar
                default:
                    break;
            }
        }

        return (symbols, nodes);
    }
}
