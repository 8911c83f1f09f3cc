namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>
/// The characters by which byte-level vocabularies write bytes: printable ones stand for themselves, the other 68 are
/// moved up to U+0100 and on, in order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Make();
    private static readonly short[] Bytes = Invert();

    /// <summary>Returns the character of a byte.</summary>
    public static char ToCharacter(byte value) => Characters[value];

    /// <summary>Returns the spelling of bytes.</summary>
    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = Characters[bytes[i]];
        }

        return new string(text);
    }

    /// <summary>Returns the bytes of a spelling, or null if one of its characters stands for no byte.</summary>
    public static byte[]? ToBytes(string spelling)
    {
        var bytes = new byte[spelling.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (spelling[i] >= Bytes.Length || Bytes[spelling[i]] < 0)
            {
                return null;
            }

            bytes[i] = (byte)Bytes[spelling[i]];
        }

        return bytes;
    }

    private static char[] Make()
    {
        var (characters, moved) = (new char[256], 0);
        for (var value = 0; value < 256; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            characters[value] = (char)(isPrintable ? value : 0x100 + moved++);
        }

        return characters;
    }

    private static short[] Invert()
    {
        var bytes = new short[0x100 + 68];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
        {
            bytes[Characters[value]] = (short)value;
        }

        return bytes;
    }
}
