using System.Numerics;

namespace LlmEfficiency.Core.Answers;

/// <summary>Computes answers exactly, where they are fractions.</summary>
/// <param name="values">What each symbol stands for.</param>
internal sealed class RationalEvaluator(Func<string, Rational?> values)
{
    private const int LargestFactorial = 300;

    /// <summary>Returns the value; null if it is irrational, undefined or too long.</summary>
    public Rational? Evaluate(MathNode node) => node switch
    {
        MathNode.Number number => number.Value,
        MathNode.Symbol symbol => values(symbol.Name),
        MathNode.Quantity { Unit: "percent" } quantity => Evaluate(quantity.Value)?.Divide(Rational.Of(100)),
        MathNode.Quantity { Unit: "degree" } => null,
        MathNode.Quantity quantity => Evaluate(quantity.Value),
        MathNode.Apply { Arguments: [var only] } apply =>
            Evaluate(only) is { } value ? One(apply.Function, value) : null,
        MathNode.Apply { Arguments: [var left, var right] } apply =>
            Evaluate(left) is { } first && Evaluate(right) is { } second ? Two(apply.Function, first, second) : null,
        _ => null,
    };

    private static Rational? One(string function, Rational value) => function switch
    {
        "-" => value.Negate(),
        "abs" => value.Abs(),
        "sqrt" => value.Root(2),
        "!" => Factorial(value),
        "exp" or "sin" or "tan" when value.IsZero => Rational.Of(function == "exp" ? 1 : 0),
        "cos" when value.IsZero => Rational.Of(1),
        "ln" or "log" when value == Rational.Of(1) => Rational.Of(0),
        _ => null,
    };

    private static Rational? Two(string function, Rational left, Rational right) => function switch
    {
        "+" => left.Add(right),
        "-" => left.Add(right.Negate()),
        "*" => left.Multiply(right),
        "/" => left.Divide(right),
        "^" => left.Power(right),
        "binom" => Binomial(left, right),
        _ => null,
    };

    private static Rational? Factorial(Rational value)
    {
        if (!value.IsInteger || value.Numerator < 0 || value.Numerator > LargestFactorial)
        {
            return null;
        }

        var product = BigInteger.One;
        for (var factor = 2; factor <= (int)value.Numerator; factor++)
        {
            product *= factor;
        }

        return Rational.Of(product, 1);
    }

    private static Rational? Binomial(Rational upper, Rational lower) =>
        Factorial(upper) is { } all && Factorial(lower) is { } some && upper.Add(lower.Negate()) is { } difference
            && Factorial(difference) is { } rest ? all.Divide(some)?.Divide(rest) : null;
}
