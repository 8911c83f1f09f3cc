using System.Buffers.Binary;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Whole safetensors files: the header is read, then every tensor.</summary>
public static class SafetensorsTarget
{
    /// <summary>Makes the target.</summary>
    public static FuzzTarget Make() => new(
        "safetensors",
        100_000,
        [
            File("""{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""", 16),
            File("""{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[3],"data_offsets":[8,11]}} """, 11),
            File("""{"e":{"dtype":"I64","shape":[0,7],"data_offsets":[0,0]},"s":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1),
            File("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"shape":[1],"data_offsets":[1,9],"dtype":"F64"}}""", 9),
        ],
        Read,
        [
            "\"dtype\":", "\"shape\":", "\"data_offsets\":", "__metadata__", "F16", "F8_E4M3", "C64", "[", "]", "{", "}", ",", "-1",
            "9223372036854775807", "18446744073709551616", "1e3", "NaN", "null", "\\ud800", "\u00c3\u0028", "\"a\":{}", "0,", "  ",
        ]);

    private static byte[] File(string header, int dataBytes)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        return file;
    }

    // Once as it is; refused, once more with the length that fits the header, so that mutations reach what lies behind it.
    private static void Read(byte[] input)
    {
        try
        {
            ReadAll(input);
        }
        catch (LlmEfficiencyException) when (Array.LastIndexOf(input, (byte)'}') is >= 8 and var end)
        {
            BinaryPrimitives.WriteInt64LittleEndian(input, end + 1 - 8);
            ReadAll(input);
        }
    }

    private static void ReadAll(byte[] input)
    {
        using var file = SafetensorsFile.Open(MappedFile.FromBytes("input.safetensors", input));
        foreach (var name in file.Entries.Keys)
        {
            using var tensor = file.Read(name);
            using var copy = tensor.clone(); // touches every element
        }
    }
}
