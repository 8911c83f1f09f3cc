using System.Text;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Runs;

public sealed class TensorBoardWriterTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 12, 0, 0, 500, TimeSpan.Zero);

    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xC1D04330u)]
    [InlineData("123456789", 0xE3069283u)]
    public void The_checksum_is_CRC_32C(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_plain_reader_finds_every_number() =>
        Gen.Select(Gen.String[0, 20], Gen.Long[0, long.MaxValue], Gen.Float, Gen.Int[0, 100_000_000]).Array[0, 8].Sample(
            rows =>
            {
                using var folder = new TemporaryFolder();
                using (var writer = new TensorBoardWriter(folder.File("board"), new Clock()))
                {
                    foreach (var (tag, step, value, millisecond) in rows)
                    {
                        writer.Scalar(Valid(tag), step, value, Start.AddMilliseconds(millisecond));
                    }

                    writer.Flush();
                    var path = Assert.Single(Directory.GetFiles(folder.File("board"), "events.out.tfevents.1767355200.*"));
                    using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                    var events = Records(file).Select(Event).ToArray();
                    Assert.Equal((1767355200.5, 0, "brain.Event:2", null, null), events[0]);
                    Assert.Equal(
                        rows.Select(row => (
                            (Start.AddMilliseconds(row.Item4) - DateTimeOffset.UnixEpoch).TotalSeconds,
                            row.Item2,
                            (string?)null,
                            (string?)Valid(row.Item1),
                            (float?)row.Item3)),
                        events[1..]);
                }
            },
            iter: 50,
            threads: 1);

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_disk_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "x");
        var problem = Assert.Throws<LlmEfficiencyException>(() => new TensorBoardWriter(folder.File("file/board"), new Clock()));
        Assert.Equal(ErrorKind.Disk, problem.Kind);
    }

    // Half a surrogate pair has no UTF-8.
    private static string Valid(string text) => new([.. text.Where(letter => !char.IsSurrogate(letter))]);

    private static IEnumerable<byte[]> Records(Stream file)
    {
        using var reader = new BinaryReader(file);
        while (file.Position < file.Length)
        {
            var length = reader.ReadBytes(8);
            Assert.Equal(Masked(length), reader.ReadUInt32());
            var data = reader.ReadBytes((int)BitConverter.ToInt64(length));
            Assert.Equal(Masked(data), reader.ReadUInt32());
            yield return data;
        }
    }

    private static (double Time, long Step, string? Version, string? Tag, float? Value) Event(byte[] data)
    {
        (double Time, long Step, string? Version, string? Tag, float? Value) result = default;
        foreach (var (field, content) in Fields(data))
        {
            switch (field)
            {
                case 1: result.Time = BitConverter.ToDouble(content); break;
                case 2: result.Step = BitConverter.ToInt64(content); break;
                case 3: result.Version = Encoding.UTF8.GetString(content); break;
                default:
                    var row = Fields(Assert.Single(Fields(content), inner => inner.Field == 1).Content).ToArray();
                    Assert.Equal(5, field);
                    Assert.Equal([1, 2], row.Select(inner => inner.Field));
                    (result.Tag, result.Value) = (Encoding.UTF8.GetString(row[0].Content), BitConverter.ToSingle(row[1].Content));
                    break;
            }
        }

        return result;
    }

    private static IEnumerable<(int Field, byte[] Content)> Fields(byte[] data)
    {
        for (var at = 0; at < data.Length;)
        {
            var tag = Varint(data, ref at);
            var content = (tag & 7) switch
            {
                0 => BitConverter.GetBytes(Varint(data, ref at)),
                1 => Take(data, ref at, 8),
                2 => Take(data, ref at, (int)Varint(data, ref at)),
                _ => Take(data, ref at, 4),
            };
            yield return ((int)(tag >> 3), content);
        }
    }

    private static byte[] Take(byte[] data, ref int at, int count)
    {
        at += count;
        return data[(at - count)..at];
    }

    private static ulong Varint(byte[] data, ref int at)
    {
        for (ulong value = 0, shift = 0; ; shift += 7)
        {
            value |= (data[at] & 0x7FUL) << (int)shift;
            if (data[at++] < 0x80)
            {
                return value;
            }
        }
    }

    // The polynomial bit by bit.
    private static uint Masked(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Start;
    }
}
