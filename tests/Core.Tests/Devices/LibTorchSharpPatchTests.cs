using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class LibTorchSharpPatchTests
{
    [Fact]
    public void A_changed_library_is_refused_with_both_fingerprints()
    {
        var problem = Assert.Throws<InvalidDataException>(() => LibTorchSharpPatch.Apply([1, 2, 3]));
        Assert.Contains(LibTorchSharpPatch.KnownInput, problem.Message, StringComparison.Ordinal);
        Assert.Contains(LibTorchSharpPatch.Fingerprint([1, 2, 3]), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_packaged_library_is_the_one_the_patch_knows() =>
        Assert.Equal(LibTorchSharpPatch.KnownInput, LibTorchSharpPatch.Fingerprint(Packaged()));

    [Fact]
    public void A_patched_library_keeps_its_size_and_needs_no_newer_libstdcxx()
    {
        var (before, after) = (Packaged(), Packaged());
        LibTorchSharpPatch.Apply(after);
        Assert.Equal(before.Length, after.Length);
        Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second), 1, 64);
        Assert.Contains("GLIBCXX_3.4.32", LibTorchSharpPatch.VersionsNeeded(before));
        Assert.DoesNotContain("GLIBCXX_3.4.32", LibTorchSharpPatch.VersionsNeeded(after));
    }

    [Fact]
    public void Patching_twice_is_refused()
    {
        var library = Packaged();
        LibTorchSharpPatch.Apply(library);
        Assert.Throws<InvalidDataException>(() => LibTorchSharpPatch.Apply(library));
    }

    [Fact]
    public async Task Many_writers_at_once_leave_one_whole_copy()
    {
        using var folder = new TemporaryFolder();
        var source = folder.File("packaged.so");
        File.WriteAllBytes(source, Packaged());
        var target = folder.File("copies/libLibTorchSharp.so");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => LibTorchSharpPatch.Copy(source, target))));

        var expected = Packaged();
        LibTorchSharpPatch.Apply(expected);
        Assert.Equal(expected, File.ReadAllBytes(target));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(target)!));
    }

    [Fact]
    public void A_whole_copy_is_not_written_again_and_a_damaged_one_is()
    {
        using var folder = new TemporaryFolder();
        var source = folder.File("packaged.so");
        File.WriteAllBytes(source, Packaged());
        var target = folder.File("libLibTorchSharp.so");
        LibTorchSharpPatch.Copy(source, target);
        File.SetLastWriteTimeUtc(target, DateTime.UnixEpoch);
        LibTorchSharpPatch.Copy(source, target);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(target));

        File.WriteAllText(target, "damaged");
        LibTorchSharpPatch.Copy(source, target);
        Assert.DoesNotContain("GLIBCXX_3.4.32", LibTorchSharpPatch.VersionsNeeded(File.ReadAllBytes(target)));
    }

    private static byte[] Packaged()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var path = Path.Join(packages, "torchsharp", "0.107.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(path), $"needs {path}");
        return File.ReadAllBytes(path);
    }
}
