namespace LlmEfficiency.Core.Gguf;

/// <summary>Dequantisation of the K encodings: 256 elements, whose groups have quantised scales of their own.</summary>
public static class GgufSuperBlocks
{
    private const int Elements = 256;

    /// <summary>
    /// Computes d·s·q − e·m with four-bit q and a six-bit scale s and minimum m for each 32 elements.
    /// </summary>
    /// <param name="blocks">Whole blocks of 144 bytes: d, e, 12 bytes of s and m, 128 bytes of q.</param>
    /// <param name="values">Receives 256 values a block.</param>
    public static void DecodeQ4K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[144..], values = values[Elements..])
        {
            ScaledGroups(blocks, [], blocks.Slice(16, 128), values);
        }
    }

    /// <summary>
    /// Computes d·s·q − e·m with five-bit q and a six-bit scale s and minimum m for each 32 elements.
    /// </summary>
    /// <param name="blocks">
    /// Whole blocks of 176 bytes: d, e, 12 bytes of s and m, 32 bytes of fifth bits, 128 of the lower four.
    /// </param>
    /// <param name="values">Receives 256 values a block.</param>
    public static void DecodeQ5K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[176..], values = values[Elements..])
        {
            ScaledGroups(blocks, blocks.Slice(16, 32), blocks.Slice(48, 128), values);
        }
    }

    /// <summary>Computes d·s·(q − 32) with six-bit q and a signed byte s for each 16 elements.</summary>
    /// <param name="blocks">
    /// Whole blocks of 210 bytes: 128 bytes of lower four bits, 64 of upper two, 16 of s, then d.
    /// </param>
    /// <param name="values">Receives 256 values a block.</param>
    public static void DecodeQ6K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; values.Length >= Elements; blocks = blocks[210..], values = values[Elements..])
        {
            var d = GgufBlocks.Number(blocks[208..]);
            for (var half = 0; half < 2; half++)
            {
                var (low, high, scales) = (64 * half, 128 + (32 * half), 192 + (8 * half));
                SixBits(d, blocks[low..], blocks[high..], blocks[scales..], values[(128 * half)..]);
            }
        }
    }

    // 128 elements in four runs of 32: a byte of low bits serves runs 0 and 2 or 1 and 3, one of high bits all four.
    private static void SixBits(
        float d, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, ReadOnlySpan<byte> scales, Span<float> values)
    {
        for (var run = 0; run < 4; run++)
        {
            for (var j = 0; j < 32; j++)
            {
                var lower = (low[j + (32 * (run & 1))] >> (4 * (run >> 1))) & 15;
                var upper = (high[j] >> (2 * run)) & 3;
                values[(32 * run) + j] = d * (sbyte)scales[(2 * run) + (j / 16)] * ((lower | (upper << 4)) - 32);
            }
        }
    }

    // Eight groups of 32; groups 2i and 2i+1 are the low and high four bits of the same 32 bytes.
    private static void ScaledGroups(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> fifth, ReadOnlySpan<byte> quants, Span<float> values)
    {
        var (d, e) = (GgufBlocks.Number(block), GgufBlocks.Number(block[2..]));
        for (var group = 0; group < 8; group++)
        {
            var (s, m) = SixBitPair(block.Slice(4, 12), group);
            var (scale, minimum) = (d * s, e * m);
            var packed = quants.Slice(32 * (group / 2), 32);
            for (var j = 0; j < 32; j++)
            {
                var q = (packed[j] >> (4 * (group & 1))) & 15;
                q |= fifth.IsEmpty ? 0 : ((fifth[j] >> group) & 1) << 4;
                values[(32 * group) + j] = (scale * q) - minimum;
            }
        }
    }

    // Groups 0..3 lie in the low six bits of bytes 0..7, groups 4..7 in the nibbles of 8..11 and the bits left over.
    private static (int Scale, int Minimum) SixBitPair(ReadOnlySpan<byte> packed, int group)
    {
        if (group < 4)
        {
            return (packed[group] & 63, packed[group + 4] & 63);
        }

        var both = packed[group + 4];
        return ((both & 15) | (packed[group - 4] >> 6 << 4), (both >> 4) | (packed[group] >> 6 << 4));
    }
}
