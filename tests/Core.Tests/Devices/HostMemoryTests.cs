using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Devices;

[Collection(nameof(WholeProcess))]
public sealed class HostMemoryTests
{
    private const long Size = 256L << 20;

    [Fact]
    public void The_peak_keeps_what_was_resident_and_a_reset_forgets_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && HostMemory.TryResetPeak(), "needs Linux with a writable clear_refs");
        var before = HostMemory.Resident;
        using (zeros(Size, dtype: ScalarType.Byte).fill_(1))
        {
            Assert.InRange(HostMemory.Resident - before, Size / 2, Size * 2);
        }

        Assert.InRange(HostMemory.Peak, before + (Size / 2), long.MaxValue);
        HostMemory.ReturnFreed();
        Assert.True(HostMemory.TryResetPeak());
        Assert.InRange(HostMemory.Peak, 1, before + (Size / 2));
    }

    [Fact]
    public void The_device_memory_of_the_processor_is_the_hosts()
    {
        var memory = new DeviceMemory(ComputeDevice.Cpu);
        Assert.Null(memory.Sample());
        Assert.Null(memory.DevicePeak);
        Assert.InRange(memory.Available!.Value, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    [Fact]
    public void A_gpu_tells_its_free_and_used_memory()
    {
        var gpu = Gpu.Require();
        var memory = new DeviceMemory(gpu);
        var before = memory.Sample();
        Assert.NotNull(before);
        using var block = empty(Size, dtype: ScalarType.Byte, device: gpu.Torch);
        Assert.InRange(memory.Sample()!.Used - before.Used, Size / 2, long.MaxValue);
        Assert.Equal(memory.Sample()!.Used, memory.DevicePeak);
    }
}
