using Parquet;
using Parquet.Serialization;

namespace LlmEfficiency.Fuzz.Builders;

/// <summary>Makes Parquet files in memory.</summary>
public static class ParquetBuilder
{
    /// <summary>Returns a file with the given rows.</summary>
    /// <param name="rows">Objects whose properties are the columns.</param>
    /// <param name="method">How the pages are packed.</param>
    /// <param name="rowGroupSize">The most rows of a group.</param>
    public static byte[] Make<T>(
        IEnumerable<T> rows, CompressionMethod method = CompressionMethod.Snappy, int rowGroupSize = 1000)
        where T : notnull
    {
        using var stream = new MemoryStream();
        var options = new ParquetOptions { CompressionMethod = method, RowGroupSize = rowGroupSize };
        ParquetSerializer.SerializeAsync(rows, stream, options).GetAwaiter().GetResult();
        return stream.ToArray();
    }
}
