using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class HostTransferTests
{
    [Fact]
    public void Exactly_the_result_is_left_alive()
    {
        using var host = arange(6);
        var transfer = new HostTransfer(ComputeDevice.Cpu);
        LiveTensors.AssertLeft(1, () => transfer.ToDevice(host));
        LiveTensors.AssertLeft(1, () => transfer.ToHost(host));
    }

    [Fact]
    public void On_the_processor_nothing_is_copied_or_counted()
    {
        using var host = zeros(3);
        var transfer = new HostTransfer(ComputeDevice.Cpu);
        using var there = transfer.ToDevice(host);
        using var back = transfer.ToHost(there);
        host.fill_(7);
        Assert.Equal([7f, 7f, 7f], back.data<float>().ToArray());
        Assert.Equal(default, transfer.Count);
    }

    [Fact]
    public void On_a_gpu_values_survive_the_journey_and_each_copy_is_counted()
    {
        var transfer = new HostTransfer(Gpu.Require());
        using var host = arange(1000, dtype: ScalarType.Float32);
        using var there = transfer.ToDevice(host);
        using var back = transfer.ToHost(there.add(1));
        Assert.Equal(host.data<float>().Select(x => x + 1).ToArray(), back.data<float>().ToArray());
        Assert.Equal(new TransferCount(1, 4000, 1, 4000), transfer.Count);
    }

    [Fact]
    public void A_count_since_an_earlier_one_is_the_difference() =>
        Assert.Equal(
            new TransferCount(2, 20, 1, 5),
            new TransferCount(5, 50, 2, 8).Since(new TransferCount(3, 30, 1, 3)));
}
