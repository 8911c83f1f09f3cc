using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>The first bytes of an index file; see docs/formats.md.</summary>
internal sealed record IndexHeader
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 128;

    /// <summary>The size of a tokenizer's hash in bytes.</summary>
    public const int HashBytes = 32;

    private const int ChecksumAt = Size - sizeof(ulong);
    private const int MostSegments = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "llmeffSI"u8;

    /// <summary>Gets the SHA-256 of the tokenizer's vocabulary.</summary>
    public required ReadOnlyMemory<byte> TokenizerHash { get; init; }

    /// <summary>Gets the number of ids.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Gets the number of segments.</summary>
    public required int Segments { get; init; }

    /// <summary>Gets the number of tokens without separators.</summary>
    public required long Tokens { get; init; }

    /// <summary>Gets the number of documents that are not empty.</summary>
    public required long Documents { get; init; }

    /// <summary>Gets the number of nodes of all segments.</summary>
    public required long Nodes { get; init; }

    /// <summary>Gets the number of edges of all segments.</summary>
    public required long Edges { get; init; }

    /// <summary>Gets where the table of segments is, in bytes; the file ends with it.</summary>
    public required long TableOffset { get; init; }

    /// <summary>Gets the CRC-32C of the table.</summary>
    public required uint TableChecksum { get; init; }

    /// <summary>Gets the bytes of a token in the text.</summary>
    public int TokenBytes => IndexFormat.TokenBytes(VocabularySize);

    /// <summary>Gets the size of the file in bytes.</summary>
    public long FileLength => TableOffset + ((long)Segments * SegmentPlace.Size);

    /// <summary>Writes the bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), IndexFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), VocabularySize);
        TokenizerHash.Span.CopyTo(bytes.AsSpan(16));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), Segments);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(52), TableChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), Tokens);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(64), Documents);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(72), Nodes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(80), Edges);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(88), TableOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(96), FileLength);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(ChecksumAt), IndexFormat.Checksum(0, bytes.AsSpan(0, ChecksumAt)));
        return bytes;
    }

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="LlmEfficiencyException">The file is no index, of another version, cut short or damaged.</exception>
    public static IndexHeader Read(MappedFile file)
    {
        if (file.Length < Size || !file.Slice(0, Magic.Length).SequenceEqual(Magic))
        {
            throw Refusal(file, "is no suffix index: build one from your documents");
        }

        var bytes = file.Slice(0, Size);
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version != IndexFormat.Version)
        {
            throw Refusal(file, $"the index has version {version}, this program reads {IndexFormat.Version}: build it again");
        }

        var expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumAt..]);
        var checksum = IndexFormat.Checksum(0, bytes[..ChecksumAt]);
        if (checksum != expected)
        {
            throw Refusal(file, $"the checksum of the header is {checksum:x8}, not {expected:x8}: the index is damaged; build it again");
        }

        var header = Parse(bytes);
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[96..]);
        if (file.Length != length)
        {
            throw Refusal(file, $"the file has {file.Length} bytes, its header says {length}: it is cut short or damaged; build it again");
        }

        header.Check(file);
        return header;
    }

    private static IndexHeader Parse(ReadOnlySpan<byte> bytes) => new()
    {
        VocabularySize = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        TokenizerHash = bytes.Slice(16, HashBytes).ToArray(),
        Segments = BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]),
        TableChecksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[52..]),
        Tokens = BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]),
        Documents = BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]),
        Nodes = BinaryPrimitives.ReadInt64LittleEndian(bytes[72..]),
        Edges = BinaryPrimitives.ReadInt64LittleEndian(bytes[80..]),
        TableOffset = BinaryPrimitives.ReadInt64LittleEndian(bytes[88..]),
    };

    private static LlmEfficiencyException Refusal(MappedFile file, string problem) =>
        new(ErrorKind.Input, $"{file.Name}: {problem}");

    private void Check(MappedFile file)
    {
        (string Field, long Value, bool IsValid)[] fields =
        [
            ("vocabulary_size", VocabularySize, VocabularySize is > 0 and <= IndexFormat.MaxVocabulary),
            ("segments", Segments, Segments is > 0 and <= MostSegments),
            ("table_offset", TableOffset, TableOffset >= Size && TableOffset % IndexFormat.Alignment == 0 && FileLength == file.Length),
        ];
        foreach (var (field, value, isValid) in fields)
        {
            if (!isValid)
            {
                throw Refusal(file, $"{field} is {value}, which cannot be: the index is damaged; build it again");
            }
        }
    }
}
