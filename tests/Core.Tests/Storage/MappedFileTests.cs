using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Storage;

public sealed class MappedFileTests
{
    [Fact]
    public void A_range_is_the_bytes_of_the_file_or_a_typed_error()
    {
        byte[] content = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), content);
        using var mapped = MappedFile.Open(folder.File("a"));
        using var memory = MappedFile.FromBytes("b", content);
        Gen.Select(Gen.Long[-3, 105], Gen.Int[-3, 105]).Sample((offset, length) =>
        {
            var isInside = offset >= 0 && length >= 0 && offset + length <= content.Length;
            foreach (var file in new[] { mapped, memory })
            {
                if (isInside)
                {
                    Assert.Equal(content.AsSpan((int)offset, length), file.Slice(offset, length));
                }
                else
                {
                    Assert.Equal(offset, Assert.Throws<MalformedFileException>(() => file.Slice(offset, length).Length).Offset);
                }
            }
        });
    }

    [Theory]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1, int.MaxValue)]
    [InlineData(long.MinValue, 0)]
    public void A_range_that_overflows_is_refused(long offset, int length)
    {
        using var file = MappedFile.FromBytes("a", [1, 2, 3]);
        Assert.Throws<MalformedFileException>(() => file.Slice(offset, length).Length);
        Assert.Throws<MalformedFileException>(() => file.AddressOf(offset, length));
    }

    [Fact]
    public void An_empty_file_has_no_bytes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a"), []);
        using var file = MappedFile.Open(folder.File("a"));
        Assert.Equal(0, file.Length);
        Assert.Throws<MalformedFileException>(() => file.Slice(0, 1).Length);
    }

    [Fact]
    public void A_closed_file_is_not_read()
    {
        var file = MappedFile.FromBytes("a", [1]);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Slice(0, 1).Length);
    }

    [Fact]
    public void A_missing_file_is_an_input_error_that_names_it()
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => MappedFile.Open("no/such/file"));
        Assert.Equal(ErrorKind.Input, problem.Kind);
        Assert.Contains("no/such/file", problem.Message, StringComparison.Ordinal);
    }
}
