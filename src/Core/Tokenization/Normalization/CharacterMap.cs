using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.Normalization;

/// <summary>
/// The compiled rules of a SentencePiece model: a double-array trie from UTF-8 to a place in a list of replacements
/// that end with a zero byte.
/// </summary>
internal sealed class CharacterMap
{
    // No rule of the standard maps is near these lengths; they bound the work on a file made to be slow.
    private const int LongestRule = 256;
    private const int LongestReplacement = 1024;

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <summary>Takes the rules over.</summary>
    /// <param name="name">The path of the file, for messages.</param>
    /// <param name="offset">Where the rules lie in it.</param>
    /// <param name="compiled">The size of the trie in bytes, the trie, the replacements.</param>
    /// <exception cref="MalformedFileException">The sizes do not fit, or a replacement is too long.</exception>
    public CharacterMap(string name, long offset, ReadOnlySpan<byte> compiled)
    {
        var size = compiled.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(compiled);
        if (size is 0 || size % 4 != 0 || size > compiled.Length - 4)
        {
            throw new MalformedFileException(
                name, offset, $"normalization rules of {compiled.Length} bytes with a trie of {size} bytes");
        }

        _units = new uint[size / 4];
        for (var i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(compiled[(4 + (4 * i))..]);
        }

        _replacements = compiled[(4 + (int)size)..].ToArray();
        for (var at = 0; at < _replacements.Length;)
        {
            var length = ReplacementAt(at).Length;
            if (length > LongestReplacement)
            {
                throw new MalformedFileException(name, offset + 4 + size + at,
                    $"a normalization rule gives {length} bytes; at most {LongestReplacement} are allowed");
            }

            at += length + 1;
        }
    }

    /// <summary>Finds the longest rule that begins a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="replacement">What takes the place of the matched bytes.</param>
    /// <returns>How many bytes match; 0 if there is no rule.</returns>
    public int Match(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        var (longest, at) = (0, Offset(_units[0]));
        for (var i = 0; i < text.Length && i < LongestRule; i++)
        {
            at ^= text[i];
            if (at >= _units.Length || Label(_units[at]) != text[i])
            {
                break;
            }

            var hasLeaf = (_units[at] >> 8 & 1) != 0;
            at ^= Offset(_units[at]);
            if (hasLeaf && at < _units.Length && Value(_units[at]) is var value && value < _replacements.Length)
            {
                longest = i + 1;
                replacement = ReplacementAt(value);
            }
        }

        return longest;
    }

    // A unit: bits 0 to 7 the label, 8 whether a value hangs below, 9 whether the offset is shifted by 8, from 10 on
    // the offset. A unit that is a value has bit 31 set and can never equal a label.
    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1 << 9)) >> 6);

    private static uint Label(uint unit) => unit & (0x80000000 | 0xFF);

    private static int Value(uint unit) => (int)(unit & 0x7FFFFFFF);

    private ReadOnlySpan<byte> ReplacementAt(int at)
    {
        var rest = _replacements.AsSpan(at);
        var length = rest.IndexOf((byte)0);
        return length < 0 ? rest : rest[..length];
    }
}
