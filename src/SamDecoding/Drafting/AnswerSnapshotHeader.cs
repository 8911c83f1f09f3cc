using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>The first bytes of a snapshot; see docs/formats.md.</summary>
internal sealed record AnswerSnapshotHeader
{
    /// <summary>The size in bytes.</summary>
    public const int Size = FileHeader.Size;

    /// <summary>Gets what snapshots begin with.</summary>
    public static FileKind Kind { get; } = new(
        "llmeffAC", 2, "draft cache", "cache", "delete it", "name another file, a new cache is made there");

    /// <summary>Gets the SHA-256 of the tokenizer's vocabulary.</summary>
    public required ReadOnlyMemory<byte> TokenizerHash { get; init; }

    /// <summary>Gets the number of ids of the tokenizer.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Gets the number of namespaces.</summary>
    public required int Namespaces { get; init; }

    /// <summary>Gets the CRC-32C of the content.</summary>
    public required uint Checksum { get; init; }

    /// <summary>Gets the size of the content in bytes, without what fills it up.</summary>
    public required long Content { get; init; }

    /// <summary>Gets the number of tokens of all namespaces.</summary>
    public required long Tokens { get; init; }

    /// <summary>Gets where the content ends.</summary>
    public long End => Size + Content;

    /// <summary>Writes the bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = FileHeader.Begin(Kind, VocabularySize, TokenizerHash.Span);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(48), Namespaces);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(52), Checksum);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), Content);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(64), Tokens);
        FileHeader.End(bytes, Size + IndexFormat.Padded(Content));
        return bytes;
    }

    /// <summary>Reads and checks the header and the checksum of the content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tokenizerHash">The hash of the tokenizer it is used with; empty for any.</param>
    /// <exception cref="LlmEfficiencyException">
    /// The file is no snapshot, of another version, cut short, damaged or for another tokenizer.
    /// </exception>
    public static AnswerSnapshotHeader Read(MappedFile file, ReadOnlySpan<byte> tokenizerHash)
    {
        var bytes = FileHeader.Read(file, Kind, tokenizerHash);
        var header = new AnswerSnapshotHeader
        {
            VocabularySize = FileHeader.VocabularySize(bytes),
            TokenizerHash = FileHeader.TokenizerHash(bytes).ToArray(),
            Namespaces = BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]),
            Checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[52..]),
            Content = BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]),
            Tokens = BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]),
        };
        Kind.Require(file.Name, "namespaces", header.Namespaces, header.Namespaces is >= 0 and <= AnswerCache.MostNamespaces);
        Kind.Require(
            file.Name,
            "content",
            header.Content,
            header.Content >= 0 && header.Content < file.Length && Size + IndexFormat.Padded(header.Content) == file.Length);
        Kind.RequireChecksum(file.Name, "the content", Size, IndexFormat.Checksum(file, Size, file.Length - Size), header.Checksum);
        return header;
    }
}
