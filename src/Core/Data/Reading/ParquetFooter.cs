using System.Buffers.Binary;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>Checks the end of a Parquet file before the library reads it.</summary>
internal static class ParquetFooter
{
    private const int MaxLength = 1 << 28;

    /// <summary>Refuses a file whose metadata cannot be walked over.</summary>
    /// <exception cref="LlmEfficiencyException">The file is no Parquet file, damaged or encrypted.</exception>
    public static void Check(string file, Stream stream)
    {
        Span<byte> end = stackalloc byte[8];
        ParquetGuard.Require(stream.Length >= 12, file, "it is too short");
        Read(file, stream, stream.Length - end.Length, end);
        ParquetGuard.Require(end[4..].SequenceEqual("PAR1"u8), file, "it does not end in PAR1 (encrypted files are not read)");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        ParquetGuard.Require(length <= Math.Min(MaxLength, stream.Length - 12), file, "its metadata is longer than the file");
        var metadata = new byte[length];
        var start = stream.Length - end.Length - length;
        Read(file, stream, start, metadata);
        ThriftCheck.Structure(file, metadata, start, ThriftShape.FileMetadata);
        stream.Position = 0;
    }

    /// <summary>Fills a span from a place of the file.</summary>
    public static void Read(string file, Stream stream, long start, Span<byte> target)
    {
        try
        {
            stream.Position = start;
            stream.ReadExactly(target);
        }
        catch (IOException problem)
        {
            throw DataFile.Unreadable(file, problem);
        }
    }
}
