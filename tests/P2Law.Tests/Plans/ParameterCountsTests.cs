using CsCheck;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Depth;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Width;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Plans;

public sealed class ParameterCountsTests
{
    private static readonly double[] Wanted = [.15, .25, .35];

    // The published config.json: vocabulary, hidden, inner, layers, heads, key/value heads, head dim, tied.
    private static readonly Dictionary<string, TransformerConfig> Published = new()
    {
        ["Llama-3.2-1B"] = Config(128256, 2048, 8192, 16, 32, 8, 64, isTied: true),
        ["Llama-3.2-3B"] = Config(128256, 3072, 8192, 28, 24, 8, 128, isTied: true),
        ["Llama-3.1-8B"] = Config(128256, 4096, 14336, 32, 32, 8, 128, isTied: false),
        ["Qwen2.5-0.5B"] = Config(151936, 896, 4864, 24, 14, 2, 64, isTied: true) with { HasQueryKeyValueBias = true, ModelType = "qwen2" },
        ["Qwen2.5-1.5B"] = Config(151936, 1536, 8960, 28, 12, 2, 128, isTied: true) with { HasQueryKeyValueBias = true, ModelType = "qwen2" },
        ["Qwen2.5-3B"] = Config(151936, 2048, 11008, 36, 16, 2, 128, isTied: true) with { HasQueryKeyValueBias = true, ModelType = "qwen2" },
    };

    [Theory]
    [InlineData("Llama-3.2-1B", 1_235_814_400)]
    [InlineData("Llama-3.2-3B", 3_212_749_824)]
    [InlineData("Llama-3.1-8B", 8_030_261_248)]
    [InlineData("Qwen2.5-0.5B", 494_032_768)]
    [InlineData("Qwen2.5-1.5B", 1_543_714_304)]
    [InlineData("Qwen2.5-3B", 3_085_938_688)]
    public void Totals_are_the_published_ones(string name, long total) => Assert.Equal(total, ParameterCounts.Of(Published[name]).Total);

    // Layers that go for .15, .25 and .35 of all parameters, and the rates that they make.
    [Theory]
    [InlineData("Llama-3.2-1B", new[] { 3, 5, 7 }, new[] { .148, .246, .345 })]
    [InlineData("Llama-3.2-3B", new[] { 5, 8, 11 }, new[] { .157, .251, .345 })]
    [InlineData("Llama-3.1-8B", new[] { 6, 9, 13 }, new[] { .163, .244, .353 })]
    [InlineData("Qwen2.5-0.5B", new[] { 5, 8, 12 }, new[] { .151, .241, .362 })]
    [InlineData("Qwen2.5-1.5B", new[] { 5, 8, 12 }, new[] { .152, .243, .364 })]
    [InlineData("Qwen2.5-3B", new[] { 6, 10, 14 }, new[] { .150, .250, .350 })]
    public void The_papers_rates_take_these_layers(string name, int[] layers, double[] rates)
    {
        var config = Published[name];
        foreach (var ((wanted, count), rate) in Wanted.Zip(layers).Zip(rates))
        {
            Assert.Equal(count, DepthPruner.LayersFor(config, wanted));
            var after = ParameterCounts.Of(config with { LayerCount = config.LayerCount - count });
            Assert.Equal(rate, PruningRates.Of(ParameterCounts.Of(config), after).Total, 0.0006);
        }
    }

    [Fact]
    public void Six_nine_and_twelve_of_32_layers_are_the_first_versions_rates_of_all_parameters()
    {
        var before = ParameterCounts.Of(Published["Llama-3.1-8B"]);
        foreach (var (count, total, inner) in new[] { (6, .163, .188), (9, .244, .281), (12, .326, .375) })
        {
            var rates = PruningRates.Of(before, ParameterCounts.Of(Published["Llama-3.1-8B"] with { LayerCount = 32 - count }));
            Assert.Equal(total, rates.Total, 0.0006);
            Assert.Equal(inner, rates.NonEmbedding, 0.0006);
        }
    }

    [Theory]
    [InlineData("Llama-3.2-1B", .25, 1536)]
    [InlineData("Llama-3.1-8B", .25, 3072)]
    [InlineData("Qwen2.5-0.5B", .25, 672)]
    public void A_quarter_of_all_parameters_is_a_quarter_of_the_channels(string name, double rate, int hidden)
    {
        var sizes = WidthSizes.Of(Published[name], new WidthSettings(), rate);
        Assert.Equal(Published[name].HiddenSize * 3 / 4, hidden);
        Assert.Equal(new WidthSizes(hidden, Published[name].InnerSize, Published[name].HeadCount), sizes);
    }

    [Theory]
    [InlineData("Llama-3.2-1B", .394)]
    [InlineData("Llama-3.2-3B", .439)]
    [InlineData("Llama-3.1-8B", .435)]
    [InlineData("Qwen2.5-0.5B", .362)]
    [InlineData("Qwen2.5-1.5B", .424)]
    [InlineData("Qwen2.5-3B", .450)]
    public void Half_of_the_linear_weights_is_less_of_all(string name, double rate)
    {
        var counts = ParameterCounts.Of(Published[name]);
        Assert.Equal(rate, counts.Prunable / 2.0 / counts.Total, 0.0006);
    }

    [Fact]
    public void Shapes_count_as_the_formula_does() => TinyModels.Configs.Sample(config =>
        Assert.Equal(config.ParameterCount, ParameterCounts.Of(config).Total));

    [Fact]
    public void Without_biases_the_rate_of_channels_is_exact() => TinyModels.Configs.Sample(config =>
    {
        config = config with { HasQueryKeyValueBias = false, HasFeedForwardBias = false };
        for (var hidden = 1; hidden < config.HiddenSize; hidden++)
        {
            var rates = PruningRates.Of(ParameterCounts.Of(config), ParameterCounts.Of(config with { HiddenSize = hidden }));
            Assert.Equal(1 - ((double)hidden / config.HiddenSize), rates.Total, 12);
        }
    });

    private static TransformerConfig Config(int vocabulary, int hidden, int inner, int layers, int heads, int keys, int headDim, bool isTied) =>
        TinyModels.Llama with
        {
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            InnerSize = inner,
            LayerCount = layers,
            HeadCount = heads,
            KeyValueHeadCount = keys,
            HeadDim = headDim,
            TiesEmbeddings = isTied,
        };
}
