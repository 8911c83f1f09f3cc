using LlmEfficiency.Core.Devices;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class DeviceTimerTests
{
    [Fact]
    public void Time_only_grows()
    {
        var timer = DeviceTimer.Start(ComputeDevice.Cpu);
        var first = timer.Elapsed();
        Assert.InRange(timer.Elapsed(), first, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Queued_work_on_a_gpu_is_waited_for()
    {
        var gpu = Gpu.Require();
        using var scope = NewDisposeScope();
        var matrix = ones([4096, 4096], device: gpu.Torch);
        matrix.mm(matrix);
        var timer = DeviceTimer.Start(gpu);
        var queued = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++)
        {
            matrix.mm(matrix);
        }

        var launch = System.Diagnostics.Stopwatch.GetElapsedTime(queued);
        Assert.True(timer.Elapsed() > launch);
    }
}
