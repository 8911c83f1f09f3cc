using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void The_processor_is_always_there()
    {
        using var one = ones([2], device: ComputeDevice.Parse("cpu").Torch);
        Assert.Equal(2f, one.sum().item<float>());
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("")]
    public void An_unknown_name_is_a_usage_error_that_shows_it(string name)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => ComputeDevice.Parse(name));
        Assert.Equal(ErrorKind.Usage, problem.Kind);
        Assert.Contains($"'{name}'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_working_gpu_the_reason_is_given_and_auto_is_the_processor()
    {
        Assert.SkipWhen(cuda.is_available(), "needs a machine without a working GPU");
        Assert.Equal(ComputeDevice.Cpu, ComputeDevice.Parse("auto"));
        var problem = Assert.Throws<LlmEfficiencyException>(() => ComputeDevice.Parse("cuda:0"));
        Assert.Equal(ErrorKind.Environment, problem.Kind);
        Assert.Contains(ComputeDevice.CudaProblem()!, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    public void Each_name_of_the_first_gpu_is_that_gpu(string name)
    {
        var gpu = Gpu.Require();
        Assert.Equal(gpu.ToString(), ComputeDevice.Parse(name).ToString());
        using var two = ones([1], device: ComputeDevice.Parse(name).Torch).add(1);
        Assert.Equal(2f, two.item<float>());
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_an_error_with_the_number_of_those_that_are()
    {
        Gpu.Require();
        var problem = Assert.Throws<LlmEfficiencyException>(() => ComputeDevice.Parse("cuda:99"));
        Assert.Contains($"{cuda.device_count()} CUDA devices", problem.Message, StringComparison.Ordinal);
    }
}
