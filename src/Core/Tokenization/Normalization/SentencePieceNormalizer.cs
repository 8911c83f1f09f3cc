using System.Buffers;
using System.Text;
using LlmEfficiency.Core.Tokenization.Unigram;

namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>
/// What a SentencePiece model does to text: its rules, removal of needless spaces, a mark before the text, marks for
/// spaces.
/// </summary>
internal sealed class SentencePieceNormalizer : INormalizer
{
    /// <summary>Gets the rules; null leaves characters as they are.</summary>
    public CharacterMap? Rules { get; init; }

    /// <summary>Gets the user-defined pieces, which no rule touches.</summary>
    public ByteTrie? Untouched { get; init; }

    /// <summary>Gets whether spaces at both ends go away and several in a row become one.</summary>
    public bool RemovesExtraSpaces { get; init; }

    /// <summary>Gets whether text that is not empty gets a mark before it.</summary>
    public bool AddsSpacePrefix { get; init; }

    /// <inheritdoc/>
    public string Normalize(string text, bool isFirst) =>
        Encoding.UTF8.GetString(Normalize(Encoding.UTF8.GetBytes(text)).WrittenSpan);

    /// <summary>Returns the changed text as UTF-8.</summary>
    public ArrayBufferWriter<byte> Normalize(ReadOnlySpan<byte> text)
    {
        var normal = new ArrayBufferWriter<byte>(Math.Max(16, text.Length + (text.Length / 2)));
        var isAfterSpace = RemovesExtraSpaces;
        var (isBegun, waiting) = (!RemovesExtraSpaces, 0); // spaces at the end are never written
        if (isBegun && AddsSpacePrefix && !text.IsEmpty)
        {
            normal.Write("▁"u8);
        }

        while (!text.IsEmpty)
        {
            text = text[Next(text, out var part)..];
            while (isAfterSpace && part.StartsWith(" "u8))
            {
                part = part[1..];
            }

            if (!part.IsEmpty && !isBegun)
            {
                (isBegun, waiting) = (true, AddsSpacePrefix ? 1 : 0);
            }

            Write(part, normal, ref waiting);
            isAfterSpace = RemovesExtraSpaces && (part.IsEmpty ? isAfterSpace : part[^1] == ' ');
        }

        return normal;
    }

    // Marks wait until something follows them, if they are not wanted at the end.
    private void Write(ReadOnlySpan<byte> part, ArrayBufferWriter<byte> normal, ref int waiting)
    {
        while (!part.IsEmpty)
        {
            var mark = part[0] == ' ' ? 1 : part.StartsWith("▁"u8) ? 3 : 0;
            if (mark > 0)
            {
                waiting++;
                part = part[mark..];
            }

            if (mark == 0 || !RemovesExtraSpaces)
            {
                for (; waiting > 0; waiting--)
                {
                    normal.Write("▁"u8);
                }
            }

            if (mark == 0)
            {
                var length = part.IndexOfAny((byte)' ', (byte)0xE2);
                length = length < 0 ? part.Length : Math.Max(length, 1);
                normal.Write(part[..length]);
                part = part[length..];
            }
        }
    }

    private int Next(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> part)
    {
        if (Untouched?.LongestPrefix(text) is > 0 and var untouched)
        {
            part = text[..untouched];
            return untouched;
        }

        if (Rules is not null && Rules.Match(text, out part) is > 0 and var matched)
        {
            return matched;
        }

        var status = Rune.DecodeFromUtf8(text, out _, out var length);
        part = status == OperationStatus.Done ? text[..length] : "\uFFFD"u8;
        return status == OperationStatus.Done ? length : 1;
    }
}
