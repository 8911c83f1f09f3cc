using System.Globalization;
using System.Text;

namespace LlmEfficiency.Core.Templates.Syntax;

/// <summary>The escapes of string literals. An unknown escape stays as it is written.</summary>
internal static class StringEscapes
{
    private const string Letters = "ntr\\'\"abfv\n";
    private static readonly string[] Meanings = ["\n", "\t", "\r", "\\", "'", "\"", "\a", "\b", "\f", "\v", ""];

    public static string Decode(ReadOnlySpan<char> literal)
    {
        if (!literal.Contains('\\'))
        {
            return literal.ToString();
        }

        var text = new StringBuilder(literal.Length);
        for (var at = 0; at < literal.Length;)
        {
            if (literal[at] != '\\' || at + 1 == literal.Length)
            {
                text.Append(literal[at++]);
                continue;
            }

            at += Escape(literal[at..], text);
        }

        return text.ToString();
    }

    // Returns how many characters the escape takes.
    private static int Escape(ReadOnlySpan<char> rest, StringBuilder text)
    {
        var letter = Letters.IndexOf(rest[1], StringComparison.Ordinal);
        if (letter >= 0)
        {
            text.Append(Meanings[letter]);
            return 2;
        }

        var digits = rest[1] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && rest.Length >= 2 + digits
            && int.TryParse(
                rest.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && code is >= 0 and <= 0x10ffff)
        {
            text.Append(code is < 0x10000 ? ((char)code).ToString() : char.ConvertFromUtf32(code));
            return 2 + digits;
        }

        return Octal(rest, text);
    }

    private static int Octal(ReadOnlySpan<char> rest, StringBuilder text)
    {
        var (value, count) = (0, 0);
        while (count < 3 && 1 + count < rest.Length && rest[1 + count] is >= '0' and <= '7')
        {
            value = (value * 8) + rest[1 + count++] - '0';
        }

        text.Append(count == 0 ? '\\' : (char)value);
        return 1 + count;
    }
}
