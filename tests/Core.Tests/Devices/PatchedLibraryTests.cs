using System.Runtime.Versioning;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class PatchedLibraryTests
{
    private static readonly byte[] Bytes = [1, 2, 3, 4];

    [Fact]
    public void A_kept_file_is_written_once()
    {
        using var folder = new TemporaryFolder();
        var path = PatchedLibrary.Keep(Bytes, folder.FullPath);
        Assert.NotNull(path);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.Equal(path, PatchedLibrary.Keep(Bytes, folder.FullPath));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public void A_tampered_file_is_replaced()
    {
        using var folder = new TemporaryFolder();
        var path = PatchedLibrary.Keep(Bytes, folder.FullPath)!;
        File.WriteAllBytes(path, [1, 2, 3, 5]);
        Assert.Equal(path, PatchedLibrary.Keep(Bytes, folder.FullPath));
        Assert.Equal(Bytes, File.ReadAllBytes(path));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Only_its_user_can_write_the_kept_file_and_its_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        using var folder = new TemporaryFolder();
        var path = PatchedLibrary.Keep(Bytes, folder.FullPath)!;
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.GetDirectoryName(path)!) & Others);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_others_can_write_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        using var folder = new TemporaryFolder();
        var kept = Path.GetDirectoryName(PatchedLibrary.Keep(Bytes, folder.FullPath))!;
        File.SetUnixFileMode(kept, File.GetUnixFileMode(kept) | UnixFileMode.OtherWrite);
        Assert.Null(PatchedLibrary.Keep(Bytes, folder.FullPath));
    }

    [Fact]
    public void A_place_that_cannot_hold_a_folder_is_given_up()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("llmeff"), "a file where a folder is wanted");
        Assert.Null(PatchedLibrary.Keep(Bytes, folder.FullPath));
    }
}
