using System.Text;

namespace LlmEfficiency.Core.Tasks.Words;

/// <summary>Words, names and numbers as whole units: "n" is not a part of "sun", nor "12" of "120".</summary>
internal static class WholeWords
{
    /// <summary>
    /// Cuts a text into runs of letters, digits and underscores, and the single characters between them.
    /// </summary>
    public static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start + 1;
            while (IsInWord(text[start]) && end < text.Length && IsInWord(text[end]))
            {
                end++;
            }

            yield return text[start..end];
            start = end;
        }
    }

    /// <summary>Replaces every whole occurrence of a word.</summary>
    public static string Replace(string text, string old, string added)
    {
        var replaced = new StringBuilder(text.Length);
        foreach (var unit in Split(text))
        {
            replaced.Append(unit == old ? added : unit);
        }

        return replaced.ToString();
    }

    private static bool IsInWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';
}
