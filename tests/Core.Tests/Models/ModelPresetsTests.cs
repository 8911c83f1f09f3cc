using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Models;

public sealed class ModelPresetsTests
{
    [Fact]
    public void The_counted_parameters_are_those_of_the_module()
    {
        foreach (var config in new[] { ModelPresets.All["tiny"], ModelPresets.All["llama-15m"], TinyModels.Qwen, TinyModels.Mistral })
        {
            using var model = new Transformer(
                config with { HasOutputBias = true, HasFeedForwardBias = true }, ComputeDevice.Cpu, ScalarType.BFloat16);
            Assert.Equal(model.Config.ParameterCount, model.parameters().Sum(p => p.numel()));
        }
    }

    [Theory]
    [InlineData("llama-3.2-1b", 1_235_814_400)]
    [InlineData("llama-3.2-3b", 3_212_749_824)]
    [InlineData("llama-3.1-8b", 8_030_261_248)]
    [InlineData("qwen2.5-0.5b", 494_032_768)]
    [InlineData("qwen2.5-1.5b", 1_543_714_304)]
    [InlineData("qwen2.5-7b", 7_615_616_512)]
    [InlineData("llama-2-7b", 6_738_415_616)]
    [InlineData("vicuna-7b", 6_738_415_616)]
    [InlineData("mistral-7b", 7_241_732_096)]
    public void A_preset_has_the_published_number_of_parameters(string name, long count) =>
        Assert.Equal(count, ModelPresets.All[name].ParameterCount);

    [Fact]
    public void Every_preset_can_make_a_model() => Assert.All(ModelPresets.All.Values, config => config.Validate());

    [Fact]
    public void Sizes_that_cannot_make_a_model_are_named()
    {
        Refuses("HeadDim is 3", TinyModels.Llama with { HeadDim = 3 });
        Refuses("HeadCount is 4", TinyModels.Llama with { KeyValueHeadCount = 3 });
        Refuses("LayerCount is 0", TinyModels.Llama with { LayerCount = 0 });
        Refuses("SlidingWindow is 0", TinyModels.Llama with { SlidingWindow = 0 });

        static void Refuses(string start, TransformerConfig config)
        {
            var problem = Assert.Throws<LlmEfficiencyException>(config.Validate);
            Assert.Equal(ErrorKind.Configuration, problem.Kind);
            Assert.StartsWith(start, problem.Message, StringComparison.Ordinal);
        }
    }
}
