using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Llama2c;

/// <summary>The seven 32-bit integers at the start of a llama2.c file, checked.</summary>
internal sealed record Llama2cHeader(
    int Hidden, int Inner, int Layers, int Heads, int KeyValueHeads, int Vocabulary, bool IsTied, int Context)
{
    public const int Bytes = 28;
    private const int Largest = 1 << 28;
    private const uint VersionedMagic = 0x616b3432;

    private static readonly string[] Names =
        ["dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len"];

    /// <summary>Gets the width of one head.</summary>
    public int HeadDim => Hidden / Heads;

    public static Llama2cHeader Read(MappedFile file)
    {
        var bytes = file.Slice(0, Bytes);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) == VersionedMagic)
        {
            throw new MalformedFileException(
                file.Name, 0, "a versioned llama2.c export cannot be read: export with --version 0");
        }

        // a negative vocabulary has its own output matrix
        var isTied = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]) > 0;
        var values = new int[Names.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = (long)BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
            value = i == 5 ? Math.Abs(value) : value;
            values[i] = value is > 0 and <= Largest
                ? (int)value
                : throw new MalformedFileException(file.Name, 4 * i, $"{Names[i]} is {value}, not from 1 to {Largest}");
        }

        var header = new Llama2cHeader(
            values[0], values[1], values[2], values[3], values[4], values[5], isTied, values[6]);
        return header.Hidden % header.Heads == 0 && header.HeadDim % 2 == 0 && header.Heads % header.KeyValueHeads == 0
            ? header
            : throw new MalformedFileException(
                file.Name, 12, $"{header.Heads} heads and {header.KeyValueHeads} key/value heads do not fit the width "
                + $"{header.Hidden}");
    }
}
