using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>Reads and encodes the documents of a corpus.</summary>
public static class CorpusDocuments
{
    /// <summary>Returns the ids of each document; the texts are encoded by several threads, a document each.</summary>
    /// <param name="paths">Files, folders and patterns: JSON Lines, Parquet or text, packed or not.</param>
    /// <param name="separator">What stands between two documents of a text file; null makes a file one document.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A file cannot be read or is damaged.</exception>
    public static IEnumerable<ReadOnlyMemory<int>> Read(IEnumerable<string> paths, string? separator, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return paths
            .SelectMany(path => SourceDocuments.Read(
                new SourceSettings { Kind = SourceDocuments.KindOf(path), Paths = [path], Separator = separator }))
            .AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.AutoBuffered)
            .Select(document => (ReadOnlyMemory<int>)tokenizer.Encode(TextOf(document)).ToArray());
    }

    // Of a conversation what was said, without its template: answers are what is drafted.
    private static string TextOf(RawDocument document) =>
        document.Text ?? string.Join('\n', (document.Messages ?? []).Select(message => message.Content));
}
