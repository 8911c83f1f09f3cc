using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class ContainerLimitsTests
{
    [Fact]
    public void The_tightest_limit_on_the_way_up_counts()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "cgroup", "0::/outer/inner\n");
        Write(folder, "root/outer/cpu.max", "150000 100000\n");
        Write(folder, "root/outer/memory.max", "1000\n");
        Write(folder, "root/outer/inner/cpu.max", "max 100000\n");
        Write(folder, "root/outer/inner/memory.max", "2000\n");
        Assert.Equal(new ContainerLimits(1.5, 1000), ContainerLimits.Read(folder.File("root"), folder.File("cgroup")));
    }

    [Fact]
    public void The_older_version_of_control_groups_is_read()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "root/cpu/cpu.cfs_quota_us", "200000");
        Write(folder, "root/cpu/cpu.cfs_period_us", "100000");
        Write(folder, "root/memory/memory.limit_in_bytes", "5000");
        Assert.Equal(new ContainerLimits(2, 5000), ContainerLimits.Read(folder.File("root"), folder.File("cgroup")));
    }

    [Fact]
    public void No_limit_is_null()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "root/cpu.max", "max 100000");
        Write(folder, "root/memory.max", "max");
        Write(folder, "root/memory/memory.limit_in_bytes", "9223372036854771712");
        Assert.Equal(new ContainerLimits(null, null), ContainerLimits.Read(folder.File("root"), folder.File("cgroup")));
    }

    private static void Write(TemporaryFolder folder, string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        File.WriteAllText(folder.File(name), text);
    }
}
