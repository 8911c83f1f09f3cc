using System.Buffers.Binary;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>Ids as the file holds them, in two or three bytes.</summary>
internal static class TokenText
{
    /// <summary>Writes an id.</summary>
    public static void Write(Span<byte> into, int token, int tokenBytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(into, (ushort)token);
        if (tokenBytes > 2)
        {
            into[2] = (byte)(token >> 16);
        }
    }

    /// <summary>Writes the text of an automaton as a section.</summary>
    /// <returns>The checksum of the section.</returns>
    public static uint Write(SectionWriter section, ReadOnlySpan<int> text, int tokenBytes)
    {
        const int Block = 1 << 14;
        Span<byte> bytes = new byte[Block * tokenBytes];
        while (!text.IsEmpty)
        {
            var taken = Math.Min(Block, text.Length);
            for (var place = 0; place < taken; place++)
            {
                Write(bytes[(place * tokenBytes)..], text[place], tokenBytes); // the separator, -1, becomes the highest value
            }

            section.Write(bytes[..(taken * tokenBytes)]);
            text = text[taken..];
        }

        return section.End();
    }
}
