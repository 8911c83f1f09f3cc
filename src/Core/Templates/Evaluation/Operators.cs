using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Arithmetic and joining. Integers have 64 bits; beyond that the template is refused.</summary>
internal static class Operators
{
    public static object? Unary(RenderContext context, string sign, object? operand)
    {
        if (sign == "not")
        {
            return !ValueTraits.IsTrue(operand);
        }

        return operand switch
        {
            double number => sign == "-" ? -number : number,
            long or bool when sign == "-" => Integers(context, "-", 0, ValueTraits.Integer(operand)),
            long or bool => ValueTraits.Integer(operand),
            _ => throw context.Fail($"'{sign}' needs a number, not {ValueTraits.TypeName(operand)}"),
        };
    }

    public static object? Binary(RenderContext context, string sign, object? left, object? right)
    {
        if (sign == "~")
        {
            return Concat(context, PythonText.Str(context, left), PythonText.Str(context, right));
        }

        if (ValueTraits.Number(left) is { } a && ValueTraits.Number(right) is { } b)
        {
            return left is double || right is double || sign == "/"
                ? Floats(context, sign, a, b)
                : Integers(context, sign, ValueTraits.Integer(left), ValueTraits.Integer(right));
        }

        return (sign, left, right) switch
        {
            ("+", JinjaText one, JinjaText other) => Concat(context, one, other),
            ("+", IReadOnlyList<object?> one, IReadOnlyList<object?> other) => Joined(context, one, other),
            ("*", JinjaText or IReadOnlyList<object?>, long count) => Repeat(context, left, count),
            ("*", long count, JinjaText or IReadOnlyList<object?>) => Repeat(context, right, count),
            _ => throw context.Fail(
                $"'{sign}' cannot join {ValueTraits.TypeName(left)} and {ValueTraits.TypeName(right)}"),
        };
    }

    private static JinjaText Concat(RenderContext context, JinjaText left, JinjaText right)
    {
        if (left.Length == 0 || right.Length == 0)
        {
            return left.Length == 0 ? right : left;
        }

        var text = new TextBuilder(context);
        text.Append(left);
        text.Append(right);
        return text.ToText();
    }

    private static List<object?> Joined(
        RenderContext context, IReadOnlyList<object?> left, IReadOnlyList<object?> right)
    {
        context.Step(left.Count + (long)right.Count);
        return [.. left, .. right];
    }

    private static object Repeat(RenderContext context, object value, long count)
    {
        count = Math.Max(0, count);
        var length = (value as JinjaText)?.Length ?? ((IReadOnlyList<object?>)value).Count;
        if (length > 0 && count > context.Limits.Repetition / length)
        {
            throw context.Fail($"a repetition makes more than {context.Limits.Repetition} characters or items");
        }

        if (value is JinjaText text)
        {
            return length == 0 ? text : Sequences.Join(context, Enumerable.Repeat<object?>(text, (int)count));
        }

        context.Step(length * count);
        var list = (IReadOnlyList<object?>)value;
        return length == 0 ? list : Enumerable.Repeat(list, (int)count).SelectMany(item => item).ToList();
    }

    private static double Floats(RenderContext context, string sign, double a, double b)
    {
        if (b == 0 && (sign is "/" or "//" or "%"))
        {
            throw context.Fail("a number is divided by 0");
        }

        return sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            "%" => a - (b * Math.Floor(a / b)),
            _ => Math.Pow(a, b),
        };
    }

    private static object Integers(RenderContext context, string sign, long a, long b)
    {
        if (b == 0 && (sign is "//" or "%"))
        {
            throw context.Fail("a number is divided by 0");
        }

        try
        {
            return sign switch
            {
                "+" => checked(a + b),
                "-" => checked(a - b),
                "*" => checked(a * b),
                "//" => FloorDivide(a, b),
                "%" => b == -1 ? 0L : ((a % b) + b) % b,
                _ => Power(context, a, b),
            };
        }
        catch (OverflowException problem)
        {
            throw new Errors.MalformedFileException(
                context.Name, context.At, $"{a} {sign} {b} needs more than 64 bits", problem);
        }
    }

    private static long FloorDivide(long a, long b) =>
        b == -1 ? checked(-a) : (a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);

    private static object Power(RenderContext context, long a, long b)
    {
        if (b < 0)
        {
            return a == 0 ? throw context.Fail("a number is divided by 0") : Math.Pow(a, b);
        }

        var power = 1L;
        for (; b > 0 && power is not 0; b--)
        {
            context.Step();
            power = checked(power * a);
        }

        return power;
    }
}
