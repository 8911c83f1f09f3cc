using System.Text;
using CsCheck;

namespace LlmEfficiency.Core.Tests.Tokenization;

/// <summary>Texts full of what tokenizers stumble over.</summary>
internal static class RandomText
{
    private static readonly string[] Parts =
    [
        "a", "b", "Z", "the", "'s", "'LL", "'Re", "'\u017F", "'", "''", "1", "234", "\u0663", "½", "Ⅷ", " ", "  ",
        "\t", "\n", "\r\n", "\u00A0",
        "\u2028", "\u3000", "\u0085", ".", "!?", "_", "<|im_start|>", "<s>", "é", "e\u0301", "ß", "я", "中文", "ก็",
        "▁", "😀", "👩‍👩‍👧",
        "𝐀", "𝟙", "𠀀", "\u200D", "\uFFFD", "\0", "<0x0A>",
    ];

    /// <summary>Gets well-formed texts.</summary>
    public static Gen<string> WellFormed { get; } =
        Gen.OneOf(AnyOf(Parts), Gen.Int[0, 0x10FFFF].Where(Rune.IsValid).Select(v => new Rune(v).ToString()))
            .Array[0, 24].Select(string.Concat);

    /// <summary>Gets texts in the basic plane.</summary>
    public static Gen<string> Basic { get; } = WellFormed.Select(
        text => string.Concat(text.Where(c => !char.IsSurrogate(c))));

    /// <summary>Gets texts with lone surrogates.</summary>
    public static Gen<string> Broken { get; } =
        Gen.OneOf(AnyOf("\uD83D", "\uDE00", "a", "é", "😀"), WellFormed).Array[0, 8].Select(string.Concat);

    /// <summary>Gives one of some values.</summary>
    public static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
