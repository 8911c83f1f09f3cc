using System.Globalization;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>JSON Lines: one object in each line; empty lines count and say nothing.</summary>
public static class JsonLinesReader
{
    /// <summary>Returns the documents of a file.</summary>
    /// <param name="file">The file, read while the result is enumerated.</param>
    /// <param name="settings">Which columns hold what.</param>
    /// <exception cref="Errors.LlmEfficiencyException">A line is no object, or has not the columns.</exception>
    public static IEnumerable<RawDocument> Read(DataFile file, SourceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(file);
        var mapping = new RecordMapping(settings);
        var lines = new LineReader(file);
        while (lines.Next() is { } line)
        {
            if (line.AsSpan().Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            var place = string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{lines.Number}");
            using var record = StrictJson.Parse(place, line);
            yield return mapping.ToDocument(record.RootElement, place);
        }
    }

}
