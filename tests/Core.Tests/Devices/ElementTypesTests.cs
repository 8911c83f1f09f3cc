using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class ElementTypesTests
{
    [Theory]
    [InlineData("fp32", ScalarType.Float32)]
    [InlineData("bf16", ScalarType.BFloat16)]
    [InlineData("fp16", ScalarType.Float16)]
    public void A_name_gives_the_type_that_gives_the_name(string name, ScalarType type)
    {
        Assert.Equal(type, ElementTypes.Parse(name, ComputeDevice.Cpu));
        Assert.Equal(name, ElementTypes.Name(type));
    }

    [Fact]
    public void The_processor_computes_in_fp32_unless_told_otherwise() =>
        Assert.Equal(ScalarType.Float32, ElementTypes.Parse("auto", ComputeDevice.Cpu));

    [Fact]
    public void An_unknown_name_is_a_usage_error_that_shows_it()
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => ElementTypes.Parse("int4", ComputeDevice.Cpu));
        Assert.Equal(ErrorKind.Usage, problem.Kind);
        Assert.Contains("'int4'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_no_model_runs_in_has_no_name() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ElementTypes.Name(ScalarType.Int64));
}
