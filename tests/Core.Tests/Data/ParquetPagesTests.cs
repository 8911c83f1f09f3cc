using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Errors;
using Parquet.Meta;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class ParquetPagesTests
{
    [Fact]
    public void Pages_are_walked_over_up_to_the_last_value()
    {
        byte[] bytes = [.. "PAR1"u8, .. Page(kind: 2, 6, 6, values: 9), .. Page(kind: 0, 3, 3, values: 2), .. Page(kind: 3, 5, 5, values: 1), 255];
        Check(bytes, values: 3);
        Assert.Throws<MalformedFileException>(() => Check(bytes, values: 4)); // what follows is no header
    }

    [Theory]
    [InlineData(3, 4, true)]                       // 4 bytes behind the header, but 3 are there
    [InlineData(-1, 3, true)]
    [InlineData(3, -1, true)]
    [InlineData(4, 3, true)]                       // larger than what it is copied from
    [InlineData((1 << 28) + 1, 3, false)]
    [InlineData(int.MaxValue, 3, false)]
    public void A_size_that_cannot_be_is_refused(int unpacked, int packed, bool isPlain)
    {
        byte[] bytes = [.. "PAR1"u8, .. Page(kind: 0, unpacked, packed, values: 1, written: 3)];
        var error = Assert.Throws<LlmEfficiencyException>(() => Check(bytes, values: 1, isPlain));
        Assert.Contains("the page at 4 has an impossible size", error.Message);
    }

    [Fact]
    public void A_packed_page_may_become_larger() => Check([.. "PAR1"u8, .. Page(kind: 0, 1000, 3, values: 1)], values: 1, isPlain: false);

    [Fact]
    public void A_column_that_ends_before_its_last_value_is_refused()
    {
        var error = Assert.Throws<LlmEfficiencyException>(() => Check([.. "PAR1"u8, .. Page(kind: 0, 3, 3, values: 1)], values: 2));
        Assert.Contains("shorter than its columns", error.Message);
    }

    [Fact]
    public void A_header_longer_than_the_first_read_is_read_whole()
    {
        byte[] statistics = [0x18, .. Number(100_000), .. new byte[100_000], 0]; // field 1 of the statistics of a data page
        byte[] header = [0x15, 0, 0x15, .. Signed(3), 0x15, .. Signed(3), 0x2c, 0x15, .. Signed(1), 0x4c, .. statistics, 0, 0];
        Check([.. "PAR1"u8, .. header, 1, 2, 3], values: 1);
    }

    private static void Check(byte[] bytes, long values, bool isPlain = true) => ParquetPages.Check(
        "x",
        new MemoryStream(bytes),
        new ColumnMetaData
        {
            NumValues = values,
            DataPageOffset = 4,
            Codec = isPlain ? CompressionCodec.UNCOMPRESSED : CompressionCodec.SNAPPY,
        });

    // The compact protocol: each field is a step of its number and a kind, 5 for i32 and 12 for a structure; 0 ends a structure.
    private static byte[] Page(int kind, int unpacked, int packed, int values, int? written = null)
    {
        var inner = kind switch { 0 => 2, 2 => 4, _ => 5 }; // fields 5, 7 and 8, counted from 3
        return
        [
            0x15, .. Signed(kind), 0x15, .. Signed(unpacked), 0x15, .. Signed(packed),
            (byte)((inner << 4) | 12), 0x15, .. Signed(values), 0, 0, .. new byte[written ?? packed],
        ];
    }

    private static byte[] Signed(int value) => Number((uint)((value << 1) ^ (value >> 31)));

    private static byte[] Number(uint value) => value < 128 ? [(byte)value] : [(byte)(value | 128), .. Number(value >> 7)];
}
