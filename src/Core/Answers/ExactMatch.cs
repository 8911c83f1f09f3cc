using System.Text;
using LlmEfficiency.Core.Tokenization.Normalization;

namespace LlmEfficiency.Core.Answers;

/// <summary>Compares texts letter by letter after a normalisation.</summary>
public static class ExactMatch
{
    /// <summary>Tells whether two texts are one after normalisation.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="given">The text to judge.</param>
    /// <param name="options">What does not count; null takes the defaults.</param>
    public static bool AreEqual(string expected, string given, ExactMatchOptions? options = null) =>
        Normalise(expected, options) == Normalise(given, options);

    /// <summary>
    /// Returns a text in the form in which it is compared: Unicode form C, trimmed, what does not count left out.
    /// </summary>
    /// <param name="text">Any text; half characters count as U+FFFD.</param>
    /// <param name="options">What does not count; null takes the defaults.</param>
    public static string Normalise(string text, ExactMatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new ExactMatchOptions();
        var runes = text.EnumerateRunes().Where(rune => !options.IgnoresPunctuation || !Rune.IsPunctuation(rune));
        var kept = string.Concat(runes.Select(rune => (options.IgnoresCase ? Rune.ToLowerInvariant(rune) : rune).ToString()));
        var plain = UnicodeForms.Normalize(kept, NormalizationForm.FormC).Trim();
        if (!options.IgnoresArticles && !options.CollapsesSpace)
        {
            return plain;
        }

        var words = plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', options.IgnoresArticles ? words.Where(word => !IsArticle(word)) : words);
    }

    private static bool IsArticle(string word) =>
        word.Equals("a", StringComparison.OrdinalIgnoreCase) || word.Equals("an", StringComparison.OrdinalIgnoreCase)
        || word.Equals("the", StringComparison.OrdinalIgnoreCase);
}
