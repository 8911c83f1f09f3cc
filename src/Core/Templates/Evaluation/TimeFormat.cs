using System.Globalization;
using System.Text;

namespace LlmEfficiency.Core.Templates.Evaluation;

/// <summary>Writes a time by a <c>strftime</c> pattern, in English.</summary>
internal static class TimeFormat
{
    private static readonly Dictionary<char, string> Formats = new()
    {
        ['Y'] = "yyyy",
        ['y'] = "yy",
        ['m'] = "MM",
        ['d'] = "dd",
        ['H'] = "HH",
        ['I'] = "hh",
        ['M'] = "mm",
        ['S'] = "ss",
        ['B'] = "MMMM",
        ['b'] = "MMM",
        ['h'] = "MMM",
        ['A'] = "dddd",
        ['a'] = "ddd",
        ['p'] = "tt",
        ['f'] = "ffffff",
        ['F'] = "yyyy-MM-dd",
        ['T'] = "HH:mm:ss",
        ['D'] = "MM/dd/yy",
        ['R'] = "HH:mm",
        ['x'] = "MM/dd/yy",
        ['X'] = "HH:mm:ss",
    };

    public static string Write(DateTimeOffset time, string pattern)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '%' || i + 1 == pattern.Length)
            {
                text.Append(pattern[i]);
                continue;
            }

            // "%-d" is the day without its zero
            var isBare = pattern[i + 1] == '-' && i + 2 < pattern.Length;
            i += isBare ? 2 : 1;
            var field = Field(time, pattern[i]);
            text.Append(isBare && field.TrimStart('0') is { Length: > 0 } bare ? bare : isBare ? "0" : field);
        }

        return text.ToString();
    }

    private static string Field(DateTimeOffset time, char letter) =>
        Formats.TryGetValue(letter, out var format)
            ? time.ToString(format, CultureInfo.InvariantCulture)
            : letter switch
            {
                'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
                'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
                'Z' or 'z' => "",
                'n' => "\n",
                't' => "\t",
                '%' => "%",
                _ => $"%{letter}",
            };
}
