using LlmEfficiency.Core.Errors;
using Parquet.Meta;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>Checks the page headers of a column before the library reads its pages: it allocates what they claim.</summary>
internal static class ParquetPages
{
    /// <summary>The slot of the kind of a page.</summary>
    public const int Kind = 0;

    /// <summary>The slot of the size in bytes of its content.</summary>
    public const int UnpackedSize = 1;

    /// <summary>The slot of the size in bytes that follows the header.</summary>
    public const int PackedSize = 2;

    /// <summary>The slot of the number of values of a data page.</summary>
    public const int Values = 3;

    /// <summary>The slot of the number of values of a data page of the second version.</summary>
    public const int ValuesV2 = 4;

    private const int Slots = 5;
    private const int MaxPage = 1 << 28;   // bytes; writers make pages of about 1 MiB
    private const int FirstRead = 1 << 12; // bytes

    /// <summary>Refuses a column in which a page is longer than the file or larger than any writer makes it.</summary>
    /// <param name="file">The path, for messages.</param>
    /// <param name="stream">The file; its position changes.</param>
    /// <param name="column">The column in one row group.</param>
    /// <exception cref="LlmEfficiencyException">A page header is damaged.</exception>
    public static void Check(string file, Stream stream, ColumnMetaData column)
    {
        // As the library goes: from the first page to the last value.
        var position = column.DictionaryPageOffset is > 0 and var dictionary
            ? Math.Min(dictionary, column.DataPageOffset)
            : column.DataPageOffset;
        Span<long> page = stackalloc long[Slots];
        for (var values = 0L; values < column.NumValues;)
        {
            ParquetGuard.Require(position >= 0 && position < stream.Length, file, "it is shorter than its columns");
            page.Clear();
            var start = position;
            position += ReadHeader(file, stream, start, page);
            var most = column.Codec == CompressionCodec.UNCOMPRESSED ? page[PackedSize] : MaxPage;
            var isWhole = page[PackedSize] >= 0 && page[PackedSize] <= stream.Length - position
                && page[UnpackedSize] >= 0 && page[UnpackedSize] <= most && page[Values] >= 0 && page[ValuesV2] >= 0;
            ParquetGuard.Require(isWhole, file, $"the page at {start} has an impossible size");
            position += page[PackedSize];
            values += (PageType)page[Kind] switch
            {
                PageType.DATA_PAGE => page[Values],
                PageType.DATA_PAGE_V2 => page[ValuesV2],
                _ => 0,
            };
        }
    }

    // Statistics hold whole values: a header may be longer than the first read, but rarely is.
    private static int ReadHeader(string file, Stream stream, long start, Span<long> page)
    {
        for (var size = FirstRead; ; size *= 16)
        {
            var header = new byte[Math.Min(size, stream.Length - start)];
            ParquetFooter.Read(file, stream, start, header);
            try
            {
                return ThriftCheck.Structure(file, header, start, ThriftShape.PageHeader, page);
            }
            catch (MalformedFileException) when (size < MaxPage && size < stream.Length - start)
            {
                page.Clear(); // perhaps only cut short
            }
        }
    }
}
