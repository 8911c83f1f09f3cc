using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// An <see cref="AnswerCache"/> in a file: the texts of its automata, which are built again, and what was learned, so that
/// drafts go on as if the process had not ended. See docs/formats.md.
/// </summary>
public sealed class AnswerSnapshot
{
    private AnswerSnapshot(AnswerCache cache, AnswerSnapshotHeader header, long fileBytes) =>
        (Cache, TokenizerHash, VocabularySize, FileBytes) = (cache, header.TokenizerHash, header.VocabularySize, fileBytes);

    /// <summary>Gets the cache.</summary>
    public AnswerCache Cache { get; }

    /// <summary>Gets the SHA-256 of the vocabulary whose ids it holds.</summary>
    public ReadOnlyMemory<byte> TokenizerHash { get; }

    /// <summary>Gets the number of ids.</summary>
    public int VocabularySize { get; }

    /// <summary>Gets the size of the file.</summary>
    public long FileBytes { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tokenizerHash">The hash of the tokenizer it is used with; empty for any.</param>
    /// <param name="maxBytes">How many bytes the automata take at most; what does not fit is dropped as in a full cache.</param>
    /// <exception cref="LlmEfficiencyException">
    /// The file cannot be read, is no snapshot, of another version, for another tokenizer, or damaged.
    /// </exception>
    public static AnswerSnapshot Open(string path, ReadOnlySpan<byte> tokenizerHash, long maxBytes = AnswerCache.DefaultMaxBytes)
    {
        using var file = MappedFile.Open(path);
        return Open(file, tokenizerHash, maxBytes);
    }

    /// <summary>Writes a file; it is whole or as it was before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cache">The cache; others may use it meanwhile.</param>
    /// <param name="tokenizer">The tokenizer whose ids it holds.</param>
    /// <exception cref="LlmEfficiencyException">The file cannot be written.</exception>
    public static void Save(string path, AnswerCache cache, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(tokenizer);
        AtomicFile.Write(
            path, file => new AnswerSnapshotWriter(file).Write(cache, VocabularyHash.Of(tokenizer), tokenizer.Vocabulary.Size));
    }

    /// <summary>Reads a snapshot from a mapping.</summary>
    internal static AnswerSnapshot Open(MappedFile file, ReadOnlySpan<byte> tokenizerHash, long maxBytes)
    {
        var header = AnswerSnapshotHeader.Read(file, tokenizerHash);
        var cache = new AnswerCache(maxBytes);
        new AnswerSnapshotReader(file, header, cache).Read();
        return new AnswerSnapshot(cache, header, file.Length);
    }
}
