using System.Numerics;

namespace LlmEfficiency.Core.Answers;

/// <summary>
/// Computes answers in double precision, on the real line or, where an answer has an i, in the plane.
/// </summary>
/// <param name="values">What each symbol stands for.</param>
/// <param name="isComplex">Whether roots and logarithms of negative numbers are values.</param>
internal sealed class NumericEvaluator(Func<string, double> values, bool isComplex)
{
    private static readonly Complex Undefined = double.NaN;

    /// <summary>Gets the largest term of any sum so far: what was lost in it limits what can be told apart.</summary>
    public double Scale { get; private set; }

    /// <summary>Returns the value; NaN if it is undefined.</summary>
    public Complex Evaluate(MathNode node) => node switch
    {
        MathNode.Number number => number.Value.ToDouble(),
        MathNode.Symbol { Name: "pi" } => Math.PI,
        MathNode.Symbol { Name: "e" } => Math.E,
        MathNode.Symbol { Name: "i" } => Complex.ImaginaryOne,
        MathNode.Symbol symbol => values(symbol.Name),
        MathNode.Quantity { Unit: "percent" } quantity => Evaluate(quantity.Value) / 100,
        MathNode.Quantity { Unit: "degree" } quantity => Evaluate(quantity.Value) * (Math.PI / 180),
        MathNode.Quantity quantity => Evaluate(quantity.Value),
        MathNode.Apply { Function: "!" or "binom" } => Undefined,
        MathNode.Apply { Arguments: [var only] } apply => Defined(One(apply.Function, Evaluate(only))),
        MathNode.Apply { Arguments: [var left, var right] } apply =>
            Defined(Two(apply.Function, Evaluate(left), Evaluate(right))),
        _ => Undefined,
    };

    private Complex Defined(Complex value) => isComplex || value.Imaginary == 0 ? value : Undefined;

    private Complex Two(string function, Complex left, Complex right)
    {
        switch (function)
        {
            case "+" or "-":
                Scale = Math.Max(Scale, Math.Max(Complex.Abs(left), Complex.Abs(right)));
                return function == "+" ? left + right : left - right;
            case "*":
                return left * right;
            case "/":
                return right == Complex.Zero ? Undefined : left / right;
            case "^":
                return Power(left, right);
            default:
                return Undefined;
        }
    }

    private Complex Power(Complex left, Complex right)
    {
        if (left.Imaginary != 0 || right.Imaginary != 0)
        {
            return Complex.Pow(left, right);
        }

        var real = Math.Pow(left.Real, right.Real);
        return double.IsNaN(real) && isComplex ? Complex.Pow(left, right)
            : double.IsNaN(real) ? OddRoot(left.Real, right.Real)
            : real;
    }

    // The cube root of -8 is -2 on the real line.
    private static Complex OddRoot(double value, double exponent)
    {
        var degree = Math.Round(1 / exponent);
        return Math.Abs((1 / exponent) - degree) < 1e-9 && Math.Abs(degree % 2) == 1 && value < 0
            ? -Math.Pow(-value, exponent)
            : Undefined;
    }

    private Complex One(string function, Complex value)
    {
        switch (function)
        {
            case "-":
                return -value;
            case "abs":
                return Complex.Abs(value);
            case "sqrt":
                return value.Imaginary == 0 && value.Real >= 0 ? Math.Sqrt(value.Real) : Complex.Sqrt(value);
            case "exp":
                return value.Imaginary == 0 ? Math.Exp(value.Real) : Complex.Exp(value);
            case "ln":
                return Logarithm(value);
            case "log" or "lg":
                return Logarithm(value) / Math.Log(10);
            default:
                Scale = Math.Max(Scale, 1);
                return value.Imaginary == 0 ? Trigonometry(function, value.Real) : Trigonometry(function, value);
        }
    }

    private static Complex Logarithm(Complex value) => value == Complex.Zero ? Undefined
        : value.Imaginary == 0 && value.Real > 0 ? Math.Log(value.Real) : Complex.Log(value);

    private static double Trigonometry(string function, double value) => function switch
    {
        "sin" => Math.Sin(value),
        "cos" => Math.Cos(value),
        "tan" => Math.Tan(value),
        "cot" => 1 / Math.Tan(value),
        "sec" => 1 / Math.Cos(value),
        "csc" => 1 / Math.Sin(value),
        "arcsin" => Math.Asin(value),
        "arccos" => Math.Acos(value),
        "arctan" => Math.Atan(value),
        "sinh" => Math.Sinh(value),
        "cosh" => Math.Cosh(value),
        "tanh" => Math.Tanh(value),
        _ => double.NaN,
    };

    private static Complex Trigonometry(string function, Complex value) => function switch
    {
        "sin" => Complex.Sin(value),
        "cos" => Complex.Cos(value),
        "tan" => Complex.Tan(value),
        "sinh" => Complex.Sinh(value),
        "cosh" => Complex.Cosh(value),
        "tanh" => Complex.Tanh(value),
        _ => Undefined,
    };
}
