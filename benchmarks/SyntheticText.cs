using System.Text;

namespace LlmEfficiency.Benchmarks;

/// <summary>
/// Text that looks like prose to a tokenizer: invented words, a few of them very frequent, numbers, marks, paragraphs.
/// </summary>
internal static class SyntheticText
{
    private const int Words = 20_000;

    private static readonly string[] Onsets =
        ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "st", "t", "th", "tr", "w", ""];

    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ea", "ou", "y"];
    private static readonly string[] Codas = ["", "", "n", "r", "s", "t", "ck", "ld", "ng", "ll"];
    private static readonly string[] Ends = [". ", ". ", ". ", "! ", "?\n", ".\n\n"];

    /// <summary>Returns ASCII text of exactly <paramref name="length"/> characters.</summary>
    /// <param name="length">How many.</param>
    /// <param name="seed">The same seed gives the same text.</param>
    public static string Create(int length, int seed)
    {
        var random = new Random(seed);
        string[] words = [.. Enumerable.Range(0, Words).Select(rank => Word(random, rank))];
        var text = new StringBuilder(length + 64);
        while (text.Length < length)
        {
            AppendSentence(text, words, random);
        }

        return text.ToString(0, length);
    }

    private static string Word(Random random, int rank)
    {
        var word = new StringBuilder();
        var syllables = rank < 100 ? 1 : random.Next(1, 5);
        for (var i = 0; i < syllables; i++)
        {
            word.Append(Onsets[random.Next(Onsets.Length)])
                .Append(Vowels[random.Next(Vowels.Length)])
                .Append(Codas[random.Next(Codas.Length)]);
        }

        return word.ToString();
    }

    private static void AppendSentence(StringBuilder text, string[] words, Random random)
    {
        var count = random.Next(4, 20);
        for (var i = 0; i < count; i++)
        {
            var word = words[(int)Math.Pow(Words, random.NextDouble()) - 1]; // Zipf: the chance falls as 1 / rank
            var next = random.Next(40) == 0 ? $"{random.Next(10_000)}"
                : i == 0 ? $"{char.ToUpperInvariant(word[0])}{word[1..]}"
                : word;
            text.Append(next)
                .Append(i == count - 1 ? Ends[random.Next(Ends.Length)] : random.Next(12) == 0 ? ", " : " ");
        }
    }
}
