using System.Globalization;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Filters that make numbers, and <c>default</c>.</summary>
internal static class NumberFilters
{
    public static Dictionary<string, Filters.Filter> All { get; } = new(StringComparer.Ordinal)
    {
        ["int"] = (_, v, a) => Integer(v) ?? a.Get(0, "default", 0L),
        ["float"] = (_, v, a) => Float(v) ?? a.Get(0, "default", 0.0),
        ["abs"] = (c, v, _) => ValueTraits.Number(v) is < 0 ? Operators.Unary(c, "-", v) : Operators.Unary(c, "+", v),
        ["round"] = (c, v, a) => Round(c, v, a),
        ["default"] = Default,
        ["d"] = Default,
        ["length"] = (c, v, _) => Sequences.Length(c, v),
        ["count"] = (c, v, _) => Sequences.Length(c, v),
    };

    private static object? Integer(object? value) => value switch
    {
        bool or long => ValueTraits.Integer(value),
        double number when Math.Abs(number) < 9e18 => (long)number,
        JinjaText text when long.TryParse(
            text.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var integer) => integer,
        JinjaText text when Float(text) is double number && Math.Abs(number) < 9e18 => (long)number,
        _ => null,
    };

    private static object? Float(object? value) =>
        value is JinjaText text
            ? double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null
            : ValueTraits.Number(value);

    private static double Round(RenderContext context, object? value, CallArguments arguments)
    {
        var number = ValueTraits.Number(value) ?? throw context.Fail(
            $"round needs a number, not {ValueTraits.TypeName(value)}");
        var scale = Math.Pow(10, arguments.Get(0, "precision") as long? ?? 0);
        return (arguments.Get(1, "method") as JinjaText)?.Value switch
        {
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => Math.Round(number * scale, MidpointRounding.ToEven) / scale,
        };
    }

    private static object? Default(RenderContext context, object? value, CallArguments arguments) =>
        value is Undefined || (ValueTraits.IsTrue(arguments.Get(1, "boolean")) && !ValueTraits.IsTrue(value))
            ? arguments.Get(0, "default_value", JinjaText.Empty)
            : value;
}
