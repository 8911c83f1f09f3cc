using System.Buffers.Binary;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Gguf;

/// <summary>A position that moves through a GGUF file, all of whose numbers are little-endian.</summary>
internal sealed class GgufCursor(MappedFile file)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public long Position { get; private set; }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        var bytes = file.Slice(Position, count);
        Position += count;
        return bytes;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    /// <summary>
    /// Reads a number of items, each of which takes at least <paramref name="itemBytes"/> of what is left.
    /// </summary>
    public int Count(string what, int itemBytes, int most)
    {
        var at = Position;
        var count = UInt64();
        var room = Math.Min((ulong)((file.Length - Position) / itemBytes), (ulong)most);
        return count <= room ? (int)count : throw Broken(at, $"{count} {what}, but at most {room} can be here");
    }

    public string Text(string what, int most)
    {
        var at = Position;
        var bytes = Bytes(Count($"bytes of {what}", 1, most));
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw new MalformedFileException(file.Name, at, $"{what} is not UTF-8", problem);
        }
    }

    public MalformedFileException Broken(long at, string problem) => new(file.Name, at, problem);
}
