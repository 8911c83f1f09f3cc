using System.Security.Cryptography;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.P2Law.Data;

/// <summary>Reads tables: CSV and TSV, and JSON Lines, which the ending <c>.jsonl</c> tells.</summary>
public static class DataTableReader
{
    private const int MaxBytes = 256 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read or is no table; the line is named.</exception>
    public static DataTable Read(string path)
    {
        using var file = MappedFile.Open(path);
        return file.Length <= MaxBytes
            ? Parse(path, file.Slice(0, (int)file.Length))
            : throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: has {file.Length} bytes, at most {MaxBytes} are read");
    }

    /// <summary>Reads a table that is in memory.</summary>
    /// <param name="name">The file's name; its ending tells JSON Lines from separated values.</param>
    /// <param name="content">UTF-8, with or without a byte order mark.</param>
    /// <exception cref="LlmEfficiencyException">It is no table; the line is named.</exception>
    public static DataTable Parse(string name, ReadOnlySpan<byte> content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        var text = Decode(name, content);
        var table = name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
            ? JsonLinesTable.Parse(name, text, hash)
            : SeparatedValues.Parse(name, text, hash);
        if (table.Columns.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{name}: the column '{twice.Key}' is there twice: rename one");
        }

        return table.RowCount > 0 ? table : throw new LlmEfficiencyException(ErrorKind.Input, $"{name}: there are no rows");
    }

    private static string Decode(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException problem)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{name}: is not UTF-8", problem);
        }
    }
}
