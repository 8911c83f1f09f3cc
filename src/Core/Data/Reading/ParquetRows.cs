using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using Parquet;
using Parquet.Schema;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>Parquet: columns of strings, and of lists of structures of strings for conversations.</summary>
public static class ParquetRows
{
    private static readonly ParquetOptions Options = new() { TreatByteArrayAsString = true };

    /// <summary>Returns the documents of a file, one row group in memory at a time.</summary>
    /// <param name="name">The path, for messages.</param>
    /// <param name="stream">The file, seekable, read while the result is enumerated.</param>
    /// <param name="settings">Which columns hold what.</param>
    /// <exception cref="LlmEfficiencyException">The file is damaged, or has not the columns.</exception>
    public static IEnumerable<RawDocument> Read(string name, Stream stream, SourceSettings settings)
    {
        var mapping = new RecordMapping(settings);
        ParquetFooter.Check(name, stream);
        var reader = ParquetGuard.Run(name, () => ParquetReader.CreateAsync(new BoundedStream(stream), Options));
        var schema = ParquetGuard.Run(name, () => reader.Schema);
        var columns = mapping.Columns.Select(column => Find(schema, column)).OfType<Field>().ToArray();
        if (columns.Length == 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{name}: there is no column {string.Join(", ", mapping.Columns)} of strings or messages, but "
                + $"{string.Join(", ", schema.Fields.Select(field => field.Name).Take(20))}; "
                + "name the column in the settings of the source");
        }

        var row = 0L;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            foreach (var json in Rows(name, stream, reader, group, columns))
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{name}: row {++row}");
                using var record = JsonDocument.Parse(json);
                yield return mapping.ToDocument(record.RootElement, place);
            }
        }
    }

    private static Field? Find(ParquetSchema schema, string column) => schema.Fields.FirstOrDefault(field =>
        field.Name == column && (ParquetColumn.IsString(field) || ParquetColumn.IsMessages(field)));

    private static IEnumerable<ReadOnlyMemory<byte>> Rows(
        string name, Stream stream, ParquetReader reader, int group, Field[] fields)
    {
        using var rows = ParquetGuard.Run(name, () => reader.OpenRowGroupReader(group));
        var columns = fields.Select(field => ParquetColumn.Load(name, stream, rows, field)).ToArray();
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        for (var row = 0L; row < rows.RowCount; row++)
        {
            json.ResetWrittenCount();
            writer.Reset();
            writer.WriteStartObject();
            foreach (var column in columns)
            {
                column.WriteNext(writer);
            }

            writer.WriteEndObject();
            writer.Flush();
            yield return json.WrittenMemory;
        }
    }
}
