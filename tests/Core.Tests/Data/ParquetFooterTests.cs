using CsCheck;
using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Fuzz.Builders;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class ParquetFooterTests
{
    private static readonly byte[] File = ParquetBuilder.Make(new[] { new ParquetRow { Text = "a", Messages = [new() { Role = "user", Content = "b" }] } });

    [Fact]
    public void The_metadata_of_a_good_file_passes_and_the_stream_is_back_at_its_beginning()
    {
        using var stream = new MemoryStream(File);
        ParquetFooter.Check("x", stream);
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public void Metadata_that_is_cut_short_anywhere_is_refused()
    {
        var length = BitConverter.ToInt32(File, File.Length - 8);
        var metadata = File[^(length + 8)..^8];
        for (var cut = 0; cut < metadata.Length; cut++)
        {
            Assert.Throws<MalformedFileException>(() => ThriftCheck.Structure("x", metadata.AsSpan(0, cut), 0, ThriftShape.FileMetadata));
        }
    }

    [Theory]
    [InlineData("3902", "field 3 is of a wrong kind")]               // rows as a list
    [InlineData("29fcffffff7f", "a list is longer than the file")]   // 2^32 structures
    [InlineData("2925020200", "a list holds a wrong kind")]          // whole numbers for structures
    [InlineData("6886ffffffff0f00", "a text is longer than the file")]
    [InlineData("36ffffffffffffffffffff00", "a number is too long")]
    [InlineData("cb00", "a kind of value that Parquet does not use")]
    public void A_wrong_kind_or_length_is_refused(string hex, string problem) => Assert.Contains(
        problem, Assert.Throws<MalformedFileException>(
            () => ThriftCheck.Structure("x", Convert.FromHexString(hex), 0, ThriftShape.FileMetadata)).Message);

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var error = Assert.Throws<MalformedFileException>(
            () => ThriftCheck.Structure("x", [.. Enumerable.Repeat((byte)0xcc, 100_000)], 0, ThriftShape.FileMetadata));
        Assert.Contains("nested too deeply", error.Message);
    }

    [Theory]
    [InlineData("PAR1", "it is too short")]
    [InlineData("PAR1........PARE", "it does not end in PAR1")]
    [InlineData("PAR1....zzzzPAR1", "its metadata is longer than the file")]
    public void What_is_no_parquet_file_is_refused(string text, string problem)
    {
        using var stream = new MemoryStream([.. text.Select(c => (byte)c)]);
        Assert.Equal($"x: not a valid Parquet file: {problem}", Assert.Throws<LlmEfficiencyException>(() => ParquetFooter.Check("x", stream)).Message.Split(" (")[0]);
    }

    [Fact]
    public void Reading_behind_the_end_for_ever_is_an_error()
    {
        using var stream = new BoundedStream(new MemoryStream([1, 2]));
        Assert.Equal([1, 2, -1, -1], Enumerable.Range(0, 4).Select(_ => stream.ReadByte()));
        Assert.Throws<EndOfStreamException>(() => Enumerable.Repeat(0, 1000).Count(_ => stream.ReadByte() < 0));
    }

    [Fact]
    public void Any_bytes_are_walked_over_or_refused() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
            Assert.True(Record.Exception(() => ThriftCheck.Structure("x", bytes, 0, ThriftShape.FileMetadata)) is null or MalformedFileException));
}
