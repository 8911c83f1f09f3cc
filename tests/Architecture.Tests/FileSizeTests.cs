using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Architecture.Tests;

/// <summary>Files stay the size a reader can hold.</summary>
public sealed class FileSizeTests
{
    private const int Longest = 400;
    private const int Typical = 100;

    private static readonly (string Path, int Lines)[] Sources =
    [
        .. Directory.EnumerateFiles(Path.Join(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(p => (p, File.ReadLines(p).Count())),
    ];

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold() => Assert.DoesNotContain(Sources, s => s.Lines > Longest);

    [Fact]
    public void Half_of_the_files_fit_on_two_screens() =>
        Assert.True(Sources.OrderBy(source => source.Lines).ElementAt(Sources.Length / 2).Lines <= Typical);
}
