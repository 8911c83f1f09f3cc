using System.Text;

namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>Normalization forms of any text.</summary>
public static class UnicodeForms
{
    // Takes part in no composition. The runtime refuses to look at it: it would turn the order of bytes about at a text's beginning.
    private const char Reversed = '\uFFFE';

    /// <summary>Returns a text in a normalization form.</summary>
    /// <param name="text">Any text; half characters count as U+FFFD.</param>
    /// <param name="form">The form.</param>
    public static string Normalize(string text, NormalizationForm form)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains(Reversed, StringComparison.Ordinal))
        {
            return string.Join(Reversed, text.Split(Reversed).Select(part => Normalize(part, form)));
        }

        var whole = HasHalves(text) ? string.Concat(text.EnumerateRunes().Select(rune => rune.ToString())) : text;
        return whole.IsNormalized(form) ? whole : whole.Normalize(form);
    }

    private static bool HasHalves(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is var at and >= 0)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out _) != System.Buffers.OperationStatus.Done)
            {
                return true;
            }

            text = text[(at + 2)..];
        }

        return false;
    }
}
