using System.Collections;
using CsCheck;
using LlmEfficiency.Core.Gguf;
using Xunit;

namespace LlmEfficiency.Core.Tests.Gguf;

/// <summary>The oracle reads one element at a time, bit by bit, from the definition of each encoding.</summary>
public sealed class GgufBlocksTests
{
    private delegate void Decoder(ReadOnlySpan<byte> blocks, Span<float> values);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["Q8_0"] = new(32, 34, [0], GgufBlocks.DecodeQ80, (b, i) => Scale(b, 0) * (sbyte)b[2 + i]),
        ["Q4_0"] = new(32, 18, [0], GgufBlocks.DecodeQ40, (b, i) => Scale(b, 0) * (Nibble(b, 2, i) - 8)),
        ["Q4_1"] = new(32, 20, [0, 2], GgufBlocks.DecodeQ41, (b, i) => (Scale(b, 0) * Nibble(b, 4, i)) + Scale(b, 2)),
        ["Q5_0"] = new(32, 22, [0], GgufBlocks.DecodeQ50,
            (b, i) => Scale(b, 0) * (Nibble(b, 6, i) + (16 * Bit(b, 2, i)) - 16)),
        ["Q5_1"] = new(32, 24, [0, 2], GgufBlocks.DecodeQ51,
            (b, i) => (Scale(b, 0) * (Nibble(b, 8, i) + (16 * Bit(b, 4, i)))) + Scale(b, 2)),
        ["Q4_K"] = new(256, 144, [0, 2], GgufSuperBlocks.DecodeQ4K, (b, i) => K(b, i, Quad(b, 16, i))),
        ["Q5_K"] = new(256, 176, [0, 2], GgufSuperBlocks.DecodeQ5K,
            (b, i) => K(b, i, Quad(b, 48, i) + (16 * Bit(b, 16 + (i % 32), i / 32)))),
        ["Q6_K"] = new(256, 210, [208], GgufSuperBlocks.DecodeQ6K, Six),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_element_is_what_the_definition_says(string name)
    {
        var (elements, size, scales, decode, plain) = Cases[name];
        Gen.Byte.Array[size * 3].Sample(
            bytes =>
            {
                for (var block = 0; block < 3; block++)
                {
                    foreach (var scale in scales)
                    {
                        bytes[(block * size) + scale + 1] &= 0xbf; // no infinity or NaN
                    }
                }

                var values = new float[elements * 3];
                decode(bytes, values);
                for (var i = 0; i < values.Length; i++)
                {
                    var expected = plain(bytes[(i / elements * size)..((i / elements * size) + size)], i % elements);
                    var isClose = Math.Abs(expected - values[i]) <= 1e-4 * (1 + Math.Abs(expected));
                    Assert.True(isClose, $"{name}[{i}]: {values[i]}, not {expected}");
                }
            },
            iter: 200);
    }

    private static double Scale(byte[] block, int at) => (double)BitConverter.ToHalf(block, at);

    private static int Bit(byte[] block, int at, int index) => new BitArray(block).Get((8 * at) + index) ? 1 : 0;

    // Element i < 16 is the low half of byte i, the others are the high halves.
    private static int Nibble(byte[] block, int at, int index) =>
        index < 16 ? block[at + index] % 16 : block[at + index - 16] / 16;

    // 64 elements share 32 bytes: first all low halves, then all high ones.
    private static int Quad(byte[] block, int at, int index)
    {
        var packed = block[at + (index / 64 * 32) + (index % 32)];
        return index % 64 < 32 ? packed % 16 : packed / 16;
    }

    private static double K(byte[] block, int index, int quant)
    {
        var (group, s) = (index / 32, block[4..16]);
        var (scale, minimum) = group < 4
            ? (s[group] % 64, s[group + 4] % 64)
            : ((s[group + 4] % 16) + (s[group - 4] / 64 * 16), (s[group + 4] / 16) + (s[group] / 64 * 16));
        return (Scale(block, 0) * scale * quant) - (Scale(block, 2) * minimum);
    }

    private static double Six(byte[] block, int index)
    {
        var (half, within) = (index / 128, index % 128);
        var low = block[(64 * half) + (within % 64)];
        var four = within < 64 ? low % 16 : low / 16;
        var two = (block[128 + (32 * half) + (within % 32)] >> (within / 32 * 2)) % 4;
        return Scale(block, 208) * (sbyte)block[192 + (index / 16)] * (four + (16 * two) - 32);
    }

    private sealed record Case(int Elements, int Bytes, int[] Scales, Decoder Decode, Func<byte[], int, double> Plain);
}
