using System.Buffers.Binary;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// What the first bytes of all files of token ids have in common: kind, version, vocabulary, length and checksum; see
/// docs/formats.md. What lies between is the kind's own.
/// </summary>
internal static class FileHeader
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 128;

    private const int MagicBytes = 8;
    private const int VersionAt = 8;
    private const int VocabularyAt = 12;
    private const int HashAt = 16;
    private const int LengthAt = 96;
    private const int ChecksumAt = Size - sizeof(ulong);

    /// <summary>Begins a header.</summary>
    public static byte[] Begin(FileKind kind, int vocabularySize, ReadOnlySpan<byte> tokenizerHash)
    {
        var bytes = new byte[Size];
        Encoding.ASCII.GetBytes(kind.Magic, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(VersionAt), kind.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(VocabularyAt), vocabularySize);
        tokenizerHash.CopyTo(bytes.AsSpan(HashAt, VocabularyHash.Size));
        return bytes;
    }

    /// <summary>Ends a header.</summary>
    /// <param name="header">All its bytes.</param>
    /// <param name="fileLength">The size of the file.</param>
    public static void End(Span<byte> header, long fileLength)
    {
        BinaryPrimitives.WriteInt64LittleEndian(header[LengthAt..], fileLength);
        BinaryPrimitives.WriteUInt64LittleEndian(header[ChecksumAt..], IndexFormat.Checksum(0, header[..ChecksumAt]));
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">What it is to be.</param>
    /// <param name="tokenizerHash">The hash of the tokenizer it is used with; empty for any.</param>
    /// <exception cref="LlmEfficiencyException">The file is of another kind or version, cut short, damaged or for another tokenizer.</exception>
    public static ReadOnlySpan<byte> Read(MappedFile file, FileKind kind, ReadOnlySpan<byte> tokenizerHash)
    {
        if (!tokenizerHash.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(tokenizerHash.Length, VocabularyHash.Size, nameof(tokenizerHash));
        }

        if (!BitConverter.IsLittleEndian)
        {
            throw new LlmEfficiencyException(ErrorKind.Environment, $"{file.Name}: such files are little-endian, this machine is not");
        }

        if (file.Length < Size || !file.Slice(0, MagicBytes).SequenceEqual(Encoding.ASCII.GetBytes(kind.Magic)))
        {
            throw FileKind.Refusal(file.Name, $"is no {kind.Name}: {kind.Replacement}");
        }

        var bytes = file.Slice(0, Size);
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[VersionAt..]);
        if (version != kind.Version)
        {
            throw FileKind.Refusal(file.Name, $"the {kind.ShortName} has version {version}, this program reads {kind.Version}: {kind.Remedy}");
        }

        var expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes[ChecksumAt..]);
        var checksum = IndexFormat.Checksum(0, bytes[..ChecksumAt]);
        if (checksum != expected)
        {
            throw FileKind.Refusal(
                file.Name, $"the checksum of the header is {checksum:x8}, not {expected:x8}: the {kind.ShortName} is damaged; {kind.Remedy}");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[LengthAt..]);
        if (file.Length != length)
        {
            throw FileKind.Refusal(
                file.Name, $"the file has {file.Length} bytes, its header says {length}: it is cut short or damaged; {kind.Remedy}");
        }

        var size = VocabularySize(bytes);
        kind.Require(file.Name, "vocabulary_size", size, size is > 0 and <= IndexFormat.MaxVocabulary);
        if (!tokenizerHash.IsEmpty && !TokenizerHash(bytes).SequenceEqual(tokenizerHash))
        {
            throw FileKind.Refusal(
                file.Name,
                $"the {kind.ShortName} was built for the tokenizer {Short(TokenizerHash(bytes))}, not for {Short(tokenizerHash)}: {kind.Replacement}");
        }

        return bytes;
    }

    /// <summary>Returns the number of ids.</summary>
    public static int VocabularySize(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header[VocabularyAt..]);

    /// <summary>Returns the SHA-256 of the vocabulary.</summary>
    public static ReadOnlySpan<byte> TokenizerHash(ReadOnlySpan<byte> header) => header.Slice(HashAt, VocabularyHash.Size);

    private static string Short(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash)[..16];
}
