using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Storage;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder.File("a"), "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder.File("a"), file =>
        {
            file.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(folder.File("a")));
        Assert.Equal([folder.File("a")], Directory.GetFiles(folder.FullPath));
    }

    [Fact]
    public void A_full_disk_is_a_disk_error_and_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder.File("a"), "old");
        var problem = Assert.Throws<LlmEfficiencyException>(
            () => AtomicFile.Write(folder.File("a"), _ => throw new IOException("No space left on device")));
        Assert.Equal(ErrorKind.Disk, problem.Kind);
        Assert.Contains("No space left", problem.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder.File("a")));
    }

    [Fact]
    public void A_new_file_takes_the_place_of_the_old_one()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.WriteText(folder.File("a"), "a long old text");
        AtomicFile.WriteText(folder.File("a"), "new");
        Assert.Equal("new", File.ReadAllText(folder.File("a")));
    }
}
