using LlmEfficiency.Core.Data.Reading;

namespace LlmEfficiency.Core.Data;

/// <summary>Reads the documents of the files of a source.</summary>
public static class SourceDocuments
{
    /// <summary>Returns the documents, file by file, up to the limit.</summary>
    /// <param name="source">Settings of a kind that has files.</param>
    /// <exception cref="Errors.LlmEfficiencyException">A file is not there, cannot be read or is damaged.</exception>
    public static IEnumerable<RawDocument> Read(SourceSettings source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var documents = FilePatterns.Expand(source.Paths).SelectMany(path => ReadFile(path, source));
        return source.Limit is { } limit ? documents.Take((int)Math.Min(limit, int.MaxValue)) : documents;
    }

    /// <summary>Returns the kind that a file's name tells: <c>jsonl</c>, <c>parquet</c> or <c>text</c>; <c>.gz</c> behind it does not count.</summary>
    public static string KindOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(plain).ToUpperInvariant() switch
        {
            ".JSONL" or ".NDJSON" or ".JSON" => "jsonl",
            ".PARQUET" => "parquet",
            _ => "text",
        };
    }

    private static IEnumerable<RawDocument> ReadFile(string path, SourceSettings source)
    {
        if (source.Kind == "parquet")
        {
            using var stream = OpenSeekable(path);
            foreach (var document in ParquetRows.Read(path, stream, source))
            {
                yield return document;
            }

            yield break;
        }

        using var file = DataFile.Open(path);
        var documents = source.Kind == "text"
            ? TextDocuments.Read(file, source.Separator)
            : JsonLinesReader.Read(file, source);
        foreach (var document in documents)
        {
            yield return document;
        }
    }

    private static FileStream OpenSeekable(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw DataFile.Unreadable(path, problem);
        }
    }
}
