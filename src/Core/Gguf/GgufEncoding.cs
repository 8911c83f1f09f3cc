using System.Collections.Frozen;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Gguf;

/// <summary>One way in which tensor elements are stored, in blocks of a fixed number of elements and bytes.</summary>
internal sealed record GgufEncoding(
    string Name, ScalarType Type, int BlockElements, int BlockBytes, BlockDecoder? Decode = null)
{
    private static readonly FrozenDictionary<uint, GgufEncoding> Supported = new Dictionary<uint, GgufEncoding>
    {
        [0] = new("F32", ScalarType.Float32, 1, 4),
        [1] = new("F16", ScalarType.Float16, 1, 2),
        [2] = new("Q4_0", ScalarType.Float32, 32, 18, GgufBlocks.DecodeQ40),
        [3] = new("Q4_1", ScalarType.Float32, 32, 20, GgufBlocks.DecodeQ41),
        [6] = new("Q5_0", ScalarType.Float32, 32, 22, GgufBlocks.DecodeQ50),
        [7] = new("Q5_1", ScalarType.Float32, 32, 24, GgufBlocks.DecodeQ51),
        [8] = new("Q8_0", ScalarType.Float32, 32, 34, GgufBlocks.DecodeQ80),
        [12] = new("Q4_K", ScalarType.Float32, 256, 144, GgufSuperBlocks.DecodeQ4K),
        [13] = new("Q5_K", ScalarType.Float32, 256, 176, GgufSuperBlocks.DecodeQ5K),
        [14] = new("Q6_K", ScalarType.Float32, 256, 210, GgufSuperBlocks.DecodeQ6K),
        [30] = new("BF16", ScalarType.BFloat16, 1, 2),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<uint, string> Unsupported = new Dictionary<uint, string>
    {
        [9] = "Q8_1",
        [10] = "Q2_K",
        [11] = "Q3_K",
        [15] = "Q8_K",
        [16] = "IQ2_XXS",
        [17] = "IQ2_XS",
        [18] = "IQ3_XXS",
        [19] = "IQ1_S",
        [20] = "IQ4_NL",
        [21] = "IQ3_S",
        [22] = "IQ2_S",
        [23] = "IQ4_XS",
        [24] = "I8",
        [25] = "I16",
        [26] = "I32",
        [27] = "I64",
        [28] = "F64",
        [29] = "IQ1_M",
        [34] = "TQ1_0",
        [35] = "TQ2_0",
        [39] = "MXFP4",
    }.ToFrozenDictionary();

    /// <summary>Gets the encodings that can be read, for messages.</summary>
    public static string SupportedNames { get; } = string.Join(
        ", ", Supported.OrderBy(e => e.Key).Select(e => e.Value.Name));

    /// <summary>Returns the encoding of a number in the file, or null where it cannot be read.</summary>
    public static GgufEncoding? Find(uint number) => Supported.GetValueOrDefault(number);

    /// <summary>Returns how an encoding that cannot be read is called.</summary>
    public static string NameOf(uint number) => Unsupported.GetValueOrDefault(number) ?? $"number {number}";
}
