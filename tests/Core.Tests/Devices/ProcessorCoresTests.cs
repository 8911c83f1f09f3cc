using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Devices;

[Collection(nameof(WholeProcess))]
public sealed class ProcessorCoresTests
{
    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("0-2,5", new[] { 0, 1, 2, 5 })]
    [InlineData("", new int[0])]
    public void A_list_names_its_members(string list, int[] expected) => Assert.Equal(expected, ProcessorCores.ParseList(list));

    [Fact]
    public void Threads_of_one_core_count_once_and_forbidden_ones_not_at_all()
    {
        using var folder = new TemporaryFolder();
        foreach (var (cpu, siblings) in new[] { (0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3"), (4, "4,5") })
        {
            Directory.CreateDirectory(folder.File($"cpu{cpu}/topology"));
            File.WriteAllText(folder.File($"cpu{cpu}/topology/thread_siblings_list"), siblings);
        }

        File.WriteAllText(folder.File("status"), "Name:\tx\nCpus_allowed_list:\t0-3\n");
        Assert.Equal(2, ProcessorCores.Physical(folder.FullPath, folder.File("status")));
    }

    [Fact]
    public void The_default_number_of_threads_fits_the_machine()
    {
        Assert.InRange(TorchThreads.Default, 1, Environment.ProcessorCount);
        var before = TorchThreads.Current;
        TorchThreads.Set(1);
        Assert.Equal(1, TorchThreads.Current);
        TorchThreads.Set(before);
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchThreads.Set(0));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("all", null)]
    [InlineData("0", null)]
    [InlineData("-2", null)]
    [InlineData("3", 3)]
    [InlineData(" 2 ", 2)]
    [InlineData("4,2", 4)]
    [InlineData("5000", 1024)]
    public void OpenMPs_variable_is_read_as_OpenMP_reads_it(string? value, int? expected) =>
        Assert.Equal(expected, TorchThreads.FromEnvironment(value));
}
