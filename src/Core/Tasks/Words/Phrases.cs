namespace LlmEfficiency.Core.Tasks.Words;

/// <summary>The little grammar that the generators need.</summary>
internal static class Phrases
{
    /// <summary>Puts the indefinite article before a phrase.</summary>
    public static string A(string phrase) => (phrase[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an " : "a ") + phrase;

    /// <summary>Begins a sentence with a capital letter.</summary>
    public static string Capital(string phrase) => char.ToUpperInvariant(phrase[0]) + phrase[1..];

    /// <summary>Makes the plural of a noun: boxes, brushes, scarves, books.</summary>
    public static string Plural(string noun) => noun switch
    {
        _ when noun[^2..] is "sh" or "ch" || noun[^1] is 's' or 'x' => noun + "es",
        _ when noun[^1] == 'f' => noun[..^1] + "ves",
        _ => noun + "s",
    };

    /// <summary>Joins entries as a sentence lists them: "a, b and c".</summary>
    public static string List(IReadOnlyList<string> entries) => entries.Count == 1
        ? entries[0]
        : string.Join(", ", entries.Take(entries.Count - 1)) + " and " + entries[^1];
}
