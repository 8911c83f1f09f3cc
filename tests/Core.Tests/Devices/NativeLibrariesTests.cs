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
}
