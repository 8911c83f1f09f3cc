using System.Globalization;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Runs;

public sealed class MetricLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string LogPath => _folder.File("metrics.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_has_the_step_and_the_numbers_in_their_order()
    {
        Append(10, ("loss", 0.1), ("b", double.NaN), ("a", double.PositiveInfinity), ("c", double.NegativeInfinity), ("d", 1e300));
        Append(11, ("loss", -0.0));
        Assert.Equal(
            """
            {"step":10,"loss":0.1,"b":"NaN","a":"Infinity","c":"-Infinity","d":1E+300}
            {"step":11,"loss":-0}

            """.ReplaceLineEndings("\n"),
            File.ReadAllText(LogPath));
    }

    [Fact]
    public void Every_number_comes_back_as_it_was() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 8], Gen.Double).Array[0, 6].Array[1, 5].Sample(
            rows =>
            {
                File.Delete(LogPath);
                var written = rows.Select(row => row.DistinctBy(pair => pair.Item1).Where(pair => pair.Item1 != "step").ToArray()).ToArray();
                foreach (var (row, step) in written.Select((row, step) => (row, step)))
                {
                    Append(step, row);
                }

                var read = MetricLog.Read(LogPath);
                return read.Select(row => row.Step).SequenceEqual(Enumerable.Range(0, rows.Length).Select(step => (long)step))
                    && read.Zip(written).All(pair => pair.First.Values.Select(Bits).SequenceEqual(
                        pair.Second.Select(value => Bits(KeyValuePair.Create(value.Item1, value.Item2)))));
            },
            iter: 200,
            threads: 1);

    [Fact]
    public void Wherever_a_writer_is_killed_whole_lines_stay_and_the_log_goes_on()
    {
        Append(1, ("loss", 1.5));
        Append(2, ("loss", 2.5));
        Append(3, ("loss", 3.5));
        var whole = File.ReadAllBytes(LogPath);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(LogPath, whole[..length]);
            var lines = whole[..length].Count(letter => letter == '\n');
            Assert.Equal(lines, MetricLog.Read(LogPath).Count);
            Append(3, ("loss", 4.5));
            var rows = MetricLog.Read(LogPath);
            Assert.Equal(lines + 1, rows.Count);
            Assert.Equal(4.5, rows[^1].Values["loss"]);
        }
    }

    [Fact]
    public void A_run_that_goes_back_drops_later_lines_and_writes_the_same_bytes_again()
    {
        foreach (var step in Enumerable.Range(1, 6))
        {
            Append(step, ("loss", 1.0 / step));
            Append(step, ("validation_loss", 2.0 / step));
        }

        var whole = File.ReadAllText(LogPath);
        using (var log = new MetricLog(LogPath))
        {
            log.TruncateAfter(4);
            Assert.Equal(8, MetricLog.Read(LogPath).Count);
            foreach (var step in Enumerable.Range(5, 2))
            {
                log.Append(step, [KeyValuePair.Create("loss", 1.0 / step)]);
                log.Append(step, [KeyValuePair.Create("validation_loss", 2.0 / step)]);
            }

            log.Flush();
        }

        Assert.Equal(whole, File.ReadAllText(LogPath));
        using var again = new MetricLog(LogPath);
        again.TruncateAfter(100);
        Assert.Equal(whole, File.ReadAllText(LogPath));
        again.TruncateAfter(0);
        Assert.Equal(string.Empty, File.ReadAllText(LogPath));
    }

    [Fact]
    public void A_log_can_be_read_while_it_is_written()
    {
        using var log = new MetricLog(LogPath);
        Assert.Empty(MetricLog.Read(LogPath));
        log.Append(1, [KeyValuePair.Create("loss", 1.0)]);
        Assert.Single(MetricLog.Read(LogPath));
    }

    [Fact]
    public void A_folder_that_is_gone_is_a_disk_error()
    {
        using var log = new MetricLog(_folder.File("gone/metrics.jsonl"));
        Assert.Equal(ErrorKind.Disk, Assert.Throws<LlmEfficiencyException>(() => log.Append(1, [])).Kind);
    }

    [Fact]
    public void A_full_disk_is_a_disk_error()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        using var log = new MetricLog("/dev/full");
        var problem = Record.Exception(() => log.Append(1, []));
        Assert.Equal(ErrorKind.Disk, Assert.IsType<LlmEfficiencyException>(problem).Kind);
    }

    [Fact]
    public void Steps_do_not_go_back_and_names_are_there_once()
    {
        using var log = new MetricLog(LogPath);
        log.Append(5, []);
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append(4, []));
        Assert.Throws<ArgumentException>(() => log.Append(5, [KeyValuePair.Create("step", 1.0)]));
        Assert.Throws<ArgumentException>(() => log.Append(5, [KeyValuePair.Create("a", 1.0), KeyValuePair.Create("a", 1.0)]));
        Assert.Equal("{\"step\":5}\n", File.ReadAllText(LogPath));
    }

    [Theory]
    [InlineData("{\"step\":1}\n[]\n", 11)]
    [InlineData("{\"step\":1}\n\n", 11)]
    [InlineData("{\"loss\":1}\n", 1)]
    [InlineData("{\"step\":-1}\n", 8)]
    [InlineData("{\"step\":1,\"a\":\"one\"}\n", 14)]
    [InlineData("{\"step\":1,\"a\":1e999}\n", 14)]
    [InlineData("{\"step\":1,\"a\":null}\n", 14)]
    [InlineData("{\"step\":1,\"a\":1,\"a\":1}\n", 16)]
    [InlineData("{\"step\":2}\n{\"step\":1}\n", 11)]
    public void A_line_that_is_no_row_is_refused_with_its_place(string text, long offset)
    {
        File.WriteAllText(LogPath, text);
        Assert.Equal(offset, Assert.Throws<MalformedFileException>(() => MetricLog.Read(LogPath)).Offset);
    }

    private static string Bits(KeyValuePair<string, double> pair) => string.Create(
        CultureInfo.InvariantCulture,
        $"{pair.Key}={(double.IsNaN(pair.Value) ? "NaN" : BitConverter.DoubleToInt64Bits(pair.Value))}");

    private void Append(long step, params (string Name, double Value)[] values)
    {
        using var log = new MetricLog(LogPath);
        log.Append(step, values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
    }
}
