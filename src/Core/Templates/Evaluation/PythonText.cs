using System.Globalization;
using LlmEfficiency.Core.Templates.Values;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>
/// How values print: <c>True</c>, <c>None</c>, <c>0.5</c>, <c>['a', 1]</c>, as the templates' authors saw them.
/// </summary>
internal static class PythonText
{
    public static JinjaText Str(RenderContext context, object? value) => value switch
    {
        JinjaText text => text,
        Undefined => JinjaText.Empty,
        _ => Printed(context, value),
    };

    /// <summary>Writes a number with the shortest digits that read back the same.</summary>
    public static string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        // "R" gives the shortest digits; only the place of the exponent differs.
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var (sign, digits, exponent) = Parts(shortest);
        if (exponent is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    // "-1.25E+20" and "0.00125": the sign, the digits without zeros around, the power of ten of the first digit.
    private static (string Sign, string Digits, int Exponent) Parts(string shortest)
    {
        var sign = shortest.StartsWith('-') ? "-" : "";
        var halves = shortest[sign.Length..].Split('E');
        var power = halves.Length > 1 ? int.Parse(halves[1], CultureInfo.InvariantCulture) : 0;
        var point = halves[0].IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? halves[0].Length : point;
        var digits = halves[0].Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return digits.Length == 0 ? (sign, "0", 0) : (sign, digits, power + whole - leading - 1);
    }

    private static JinjaText Printed(RenderContext context, object? value)
    {
        var text = new TextBuilder(context);
        Repr(context, value, text);
        return text.ToText();
    }

    private static void Repr(RenderContext context, object? value, TextBuilder text)
    {
        context.Enter();
        switch (value)
        {
            case JinjaText content:
                Quote(content, text);
                break;
            case IReadOnlyList<object?> list:
                Items(context, list, text);
                break;
            case JinjaMap map:
                Entries(context, map, text);
                break;
            default:
                text.Template(Scalar(value));
                break;
        }

        context.Leave();
    }

    private static string Scalar(object? value) => value switch
    {
        null => "None",
        bool claim => claim ? "True" : "False",
        long integer => integer.ToString(CultureInfo.InvariantCulture),
        double number => Float(number),
        Undefined => "Undefined",
        JinjaFunction function => $"<function {function.Name}>",
        _ => "<loop>",
    };

    private static void Items(RenderContext context, IReadOnlyList<object?> list, TextBuilder text)
    {
        text.Template("[");
        for (var i = 0; i < list.Count; i++)
        {
            text.Template(i > 0 ? ", " : "");
            Repr(context, list[i], text);
        }

        text.Template("]");
    }

    private static void Entries(RenderContext context, JinjaMap map, TextBuilder text)
    {
        text.Template("{");
        for (var i = 0; i < map.Count; i++)
        {
            text.Template(i > 0 ? ", " : "");
            Quote(map.Entries[i].Key, text);
            text.Template(": ");
            Repr(context, map.Entries[i].Value, text);
        }

        text.Template("}");
    }

    private static void Quote(JinjaText content, TextBuilder text)
    {
        var quote = content.Value.Contains('\'', StringComparison.Ordinal)
            && !content.Value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Template(quote.ToString());
        for (var i = 0; i < content.Length; i++)
        {
            var letter = content.Value[i];
            var escaped = letter switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when letter == quote => $"\\{letter}",
                < ' ' or '\x7f' => $"\\x{(int)letter:x2}",
                _ => letter.ToString(),
            };
            text.Append(escaped, content.IsContent(i));
        }

        text.Template(quote.ToString());
    }
}
