namespace LlmEfficiency.Core.Tasks.Words;

/// <summary>
/// Words that nobody has seen before: what is made of them has to be copied, it cannot be remembered.
/// </summary>
internal static class Invented
{
    private static readonly string[] Heads =
        [
            "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "dr", "gr", "kl", "pl", "st",
            "tr",
        ];

    private static readonly string[] Vowels = ["a", "e", "i", "o", "u"];

    private static readonly string[] Tails = ["", "", "n", "r", "l", "s", "m", "x", "nd", "rt", "sk"];

    /// <summary>Makes a pronounceable word of two or three syllables.</summary>
    public static string Word(TaskRandom random)
    {
        var word = "";
        for (var syllable = random.Between(2, 3); syllable > 0; syllable--)
        {
            word += random.Pick(Heads) + random.Pick(Vowels);
        }

        return word + random.Pick(Tails);
    }

    /// <summary>Makes a code of capital letters and digits.</summary>
    public static string Code(TaskRandom random) =>
        $"{(char)('A' + random.Next(26))}{(char)('A' + random.Next(26))}{random.Between(10, 999)}";
}
