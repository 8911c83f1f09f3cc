using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>The first bytes of an index file; see docs/formats.md.</summary>
internal sealed record IndexHeader
{
    /// <summary>The size in bytes.</summary>
    public const int Size = FileHeader.Size;

    private const int MostSegments = 1 << 20;

    /// <summary>Gets what index files begin with.</summary>
    public static FileKind Kind { get; } = new(
        "llmeffSI", IndexFormat.Version, "suffix index", "index", "build it again", "build one with the model's tokenizer");

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
        var bytes = FileHeader.Begin(Kind, VocabularySize, TokenizerHash.Span);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), Segments);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(52), TableChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), Tokens);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(64), Documents);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(72), Nodes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(80), Edges);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(88), TableOffset);
        FileHeader.End(bytes, FileLength);
        return bytes;
    }

    /// <summary>Reads and checks the header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tokenizerHash">The hash of the tokenizer it is used with; empty for any.</param>
    /// <exception cref="LlmEfficiencyException">The file is no index, of another version, cut short, damaged or for another tokenizer.</exception>
    public static IndexHeader Read(MappedFile file, ReadOnlySpan<byte> tokenizerHash)
    {
        var header = Parse(FileHeader.Read(file, Kind, tokenizerHash));
        header.Check(file);
        return header;
    }

    private static IndexHeader Parse(ReadOnlySpan<byte> bytes) => new()
    {
        VocabularySize = FileHeader.VocabularySize(bytes),
        TokenizerHash = FileHeader.TokenizerHash(bytes).ToArray(),
        Segments = BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]),
        TableChecksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[52..]),
        Tokens = BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]),
        Documents = BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]),
        Nodes = BinaryPrimitives.ReadInt64LittleEndian(bytes[72..]),
        Edges = BinaryPrimitives.ReadInt64LittleEndian(bytes[80..]),
        TableOffset = BinaryPrimitives.ReadInt64LittleEndian(bytes[88..]),
    };

    private void Check(MappedFile file)
    {
        (string Field, long Value, bool IsValid)[] fields =
        [
            ("segments", Segments, Segments is > 0 and <= MostSegments),
            ("table_offset", TableOffset, TableOffset >= Size && TableOffset % IndexFormat.Alignment == 0 && FileLength == file.Length),
        ];
        foreach (var (field, value, isValid) in fields)
        {
            Kind.Require(file.Name, field, value, isValid);
        }
    }
}
