using System.Buffers.Binary;

namespace LlmEfficiency.Core.Gguf;

/// <summary>
/// Dequantisation of the encodings with blocks of 32 elements: a half-precision scale d, in the <c>_1</c> forms also a
/// minimum m,
/// then the quants q. In byte j of packed quants the low four bits are element j, the high ones element j + 16.
/// </summary>
public static class GgufBlocks
{
    private const int Elements = 32;
    private const int Half = Elements / 2;

    /// <summary>Computes d · q with signed bytes q.</summary>
    /// <param name="blocks">Whole blocks of 34 bytes: d, 32 q.</param>
    /// <param name="values">Receives 32 values a block.</param>
    public static void DecodeQ80(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[34..], values = values[Elements..])
        {
            var d = Number(blocks);
            var quants = blocks.Slice(2, Elements);
            for (var j = 0; j < Elements; j++)
            {
                values[j] = d * (sbyte)quants[j];
            }
        }
    }

    /// <summary>Computes d · (q − 8) with four-bit q.</summary>
    /// <param name="blocks">Whole blocks of 18 bytes: d, 16 bytes of q.</param>
    /// <param name="values">Receives 32 values a block.</param>
    public static void DecodeQ40(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[18..], values = values[Elements..])
        {
            var d = Number(blocks);
            var quants = blocks.Slice(2, Half);
            for (var j = 0; j < Half; j++)
            {
                values[j] = d * ((quants[j] & 15) - 8);
                values[j + Half] = d * ((quants[j] >> 4) - 8);
            }
        }
    }

    /// <summary>Computes d · q + m with four-bit q.</summary>
    /// <param name="blocks">Whole blocks of 20 bytes: d, m, 16 bytes of q.</param>
    /// <param name="values">Receives 32 values a block.</param>
    public static void DecodeQ41(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[20..], values = values[Elements..])
        {
            var (d, m) = (Number(blocks), Number(blocks[2..]));
            var quants = blocks.Slice(4, Half);
            for (var j = 0; j < Half; j++)
            {
                values[j] = (d * (quants[j] & 15)) + m;
                values[j + Half] = (d * (quants[j] >> 4)) + m;
            }
        }
    }

    /// <summary>Computes d · (q − 16) with five-bit q.</summary>
    /// <param name="blocks">Whole blocks of 22 bytes: d, 32 fifth bits, 16 bytes of the lower four.</param>
    /// <param name="values">Receives 32 values a block.</param>
    public static void DecodeQ50(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[22..], values = values[Elements..])
        {
            FiveBits(Number(blocks), -16, 0, blocks[2..], values);
        }
    }

    /// <summary>Computes d · q + m with five-bit q.</summary>
    /// <param name="blocks">Whole blocks of 24 bytes: d, m, 32 fifth bits, 16 bytes of the lower four.</param>
    /// <param name="values">Receives 32 values a block.</param>
    public static void DecodeQ51(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[24..], values = values[Elements..])
        {
            FiveBits(Number(blocks), 0, Number(blocks[2..]), blocks[4..], values);
        }
    }

    internal static float Number(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    private static void FiveBits(float d, int shift, float m, ReadOnlySpan<byte> packed, Span<float> values)
    {
        var high = BinaryPrimitives.ReadUInt32LittleEndian(packed);
        var quants = packed.Slice(4, Half);
        for (var j = 0; j < Half; j++)
        {
            var (first, second) = ((int)(high >> j) & 1, (int)(high >> (j + Half)) & 1);
            values[j] = (d * (((quants[j] & 15) | (first << 4)) + shift)) + m;
            values[j + Half] = (d * (((quants[j] >> 4) | (second << 4)) + shift)) + m;
        }
    }
}
