using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>Builds index files.</summary>
public static class SuffixIndexBuilder
{
    /// <summary>
    /// Writes an index of documents. The file is whole or not there; an older one is replaced only at the end. No match goes
    /// over the end of a document; a document that does not fit into the memory cap is cut.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="documents">The ids of each document, in order; empty ones are passed over.</param>
    /// <param name="settings">How to build.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellation">Ends the work; nothing is written then.</param>
    /// <returns>What was read and written.</returns>
    /// <exception cref="LlmEfficiencyException">
    /// A setting cannot work, an id is outside the vocabulary, there is no token at all, or the file cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static IndexBuildProgress Build(
        string path,
        IEnumerable<ReadOnlyMemory<int>> documents,
        IndexBuildSettings settings,
        IProgress<IndexBuildProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(settings);
        Check(settings);
        var built = default(IndexBuildProgress);
        AtomicFile.Write(path, file =>
        {
            using var build = new IndexBuild(file, settings, progress, cancellation);
            built = build.Run(path, documents);
        });
        return built;
    }

    private static void Check(IndexBuildSettings settings)
    {
        (string Setting, long Value, bool IsValid, string Remedy)[] checks =
        [
            ("tokenizer_hash", settings.TokenizerHash.Length, settings.TokenizerHash.Length == VocabularyHash.Size, "it is the 32 bytes of a SHA-256"),
            ("vocabulary_size", settings.VocabularySize, settings.VocabularySize is > 0 and <= IndexFormat.MaxVocabulary, $"choose 1 to {IndexFormat.MaxVocabulary}"),
            ("memory_cap", settings.MemoryCap, settings.MemoryCap >= IndexBuildSettings.LeastMemory, $"choose {IndexBuildSettings.LeastMemory} bytes or more"),
            ("max_segment_tokens", settings.MaxSegmentTokens, settings.MaxSegmentTokens is > 0 and <= IndexFormat.MaxSegmentTokens, $"choose 1 to {IndexFormat.MaxSegmentTokens}"),
        ];
        foreach (var (setting, value, isValid, remedy) in checks)
        {
            if (!isValid)
            {
                throw new LlmEfficiencyException(ErrorKind.Configuration, $"{setting}: {value} cannot work: {remedy}");
            }
        }
    }
}
