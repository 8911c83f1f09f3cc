using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class NativeLibrariesTests
{
    [Fact]
    public void The_build_carries_libraries_that_load()
    {
        var load = NativeLibraries.Load();
        Assert.Null(load.Problem);
        Assert.NotNull(load.TorchFolder);
        Assert.True(File.Exists(load.TorchSharpLibrary));
        NativeLibraries.Require();
    }

    [Fact]
    public void A_library_that_is_not_there_is_named_with_the_loaders_words()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("libgone.so");
        Assert.Contains("cannot open shared object file", DynamicLoader.Load(path, out var handle), StringComparison.Ordinal);
        Assert.Equal(IntPtr.Zero, handle);
    }

    [Fact]
    public void A_damaged_library_is_named_with_the_loaders_words()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("libdamaged.so");
        File.WriteAllText(path, "not a library");
        var reason = DynamicLoader.Load(path, out _);
        Assert.Contains("libdamaged.so: ", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot open", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_was_cut_short_is_refused_before_it_kills_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var folder = new TemporaryFolder();
        var whole = Path.Join(NativeLibraries.Load().TorchFolder, "libtorch_cpu.so");
        using (var source = File.OpenRead(whole))
        {
            var start = new byte[1 << 20];
            source.ReadExactly(start);
            File.WriteAllBytes(folder.File("libtorch_cpu.so"), start);
        }

        Assert.Null(ElfExtent.Problem(whole));
        var problem = NativeLibraries.LoadTorch(folder.FullPath);
        Assert.Contains("libtorch_cpu.so does not load: the file is cut short: it has 1048576 bytes", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_part_of_libtorch_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(DynamicLoader.FileName("c10")), "not a library");
        Assert.Contains("c10", NativeLibraries.LoadTorch(folder.FullPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_libtorch_the_remedy_is_named()
    {
        var (folder, problem) = NativeLibraries.ChooseFolder(named: null, carried: null);
        Assert.Null(folder);
        Assert.Contains(NativeLibraries.FolderVariable, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_libtorchs_are_refused_and_both_are_named()
    {
        using var folder = new TemporaryFolder();
        var (_, problem) = NativeLibraries.ChooseFolder(folder.FullPath, carried: "/opt/carried");
        Assert.Contains(folder.FullPath, problem, StringComparison.Ordinal);
        Assert.Contains("/opt/carried", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_libtorch_is_refused()
    {
        using var folder = new TemporaryFolder();
        var (_, problem) = NativeLibraries.ChooseFolder(folder.FullPath, carried: null);
        Assert.Contains("torch_cpu", problem, StringComparison.Ordinal);
        File.WriteAllText(folder.File(DynamicLoader.FileName("torch_cpu")), string.Empty);
        Assert.Equal((folder.FullPath, null), NativeLibraries.ChooseFolder(folder.FullPath, carried: null));
    }
}
