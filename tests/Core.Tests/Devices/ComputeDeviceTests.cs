using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
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
}
