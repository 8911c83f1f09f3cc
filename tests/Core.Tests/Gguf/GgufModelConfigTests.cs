using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Gguf;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Fuzz.Builders;
using Xunit;

namespace LlmEfficiency.Core.Tests.Gguf;

public sealed class GgufModelConfigTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    public void Reads_the_sizes_of_both_families(string family)
    {
        var config = Read(GgufBuilder.TinyLlama(family)
            .Real($"{family}.rope.freq_base", 5e5f).Whole("tokenizer.ggml.bos_token_id", 1)
            .Whole("tokenizer.ggml.eos_token_id", 2).Whole("tokenizer.ggml.eot_token_id", 4));
        Assert.Equal(
            (5, 8, 12, 1, 2, 1, 4, 16),
            (config.VocabularySize, config.HiddenSize, config.InnerSize, config.LayerCount, config.HeadCount,
                config.KeyValueHeadCount, config.HeadDim, config.ContextLength));
        Assert.Equal((5e5, true, 1), (config.RopeTheta, config.TiesEmbeddings, config.BeginOfSequence));
        Assert.Equal(family, config.ModelType);
        Assert.Equal([2, 4], config.EndOfSequence);
        Assert.Null(config.RopeScaling);
    }

    [Fact]
    public void Reads_linear_scaling() => Assert.Equal(
        new RopeScaling.Linear(4),
        Read(GgufBuilder.TinyLlama()
            .Text("llama.rope.scaling.type", "linear").Real("llama.rope.scaling.factor", 4)).RopeScaling);

    [Fact]
    public void Recognises_the_divisors_of_llama_3()
    {
        // theta 500000, head width 8: wavelengths 2π·{1, 26.6, 707, 18803}; 8192/4 = 2048 and 8192/1 = 8192.
        // The third lies between: 8192/4443 = 1.844, ramp 0.2813, divisor 1/(0.2813 + 0.7187/8) = 2.6946.
        var ramp = ((8192 / (2 * Math.PI * Math.Pow(500000, 0.5))) - 1) / 3;
        float[] divisors = [1, 1, (float)(1 / (ramp + ((1 - ramp) / 8))), 8];
        var builder = GgufBuilder.TinyLlama().Real("llama.rope.freq_base", 5e5f).Whole("llama.attention.key_length", 8);
        var scaling = Read(builder.Tensor("rope_freqs.weight", [4], 0, Bytes(divisors))).RopeScaling;
        Assert.Equal(new RopeScaling.Llama3(8, 1, 4, 8192), scaling);
    }

    [Fact]
    public void Refuses_other_divisors()
    {
        var builder = GgufBuilder.TinyLlama().Tensor("rope_freqs.weight", [2], 0, Bytes(3, 8));
        Assert.Contains(
            "rope_freqs", Assert.Throws<LlmEfficiencyException>(() => Read(builder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama.rope.dimension_count", 2u)]
    [InlineData("llama.expert_count", 8u)]
    [InlineData("llama.attention.key_length", 3u)]
    [InlineData("tokenizer.ggml.eos_token_id", 5u)]
    public void Refuses_numbers_that_cannot_be(string key, uint value) => Assert.Contains(
        key,
        Assert.Throws<MalformedFileException>(() => Read(GgufBuilder.TinyLlama().Whole(key, value))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Refuses_other_families() => Assert.Contains(
        "'gemma'",
        Assert.Throws<MalformedFileException>(() => Read(GgufBuilder.TinyLlama("gemma"))).Message,
        StringComparison.Ordinal);

    private static byte[] Bytes(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static TransformerConfig Read(GgufBuilder builder)
    {
        using var file = GgufFile.Open(MappedFile.FromBytes("test.gguf", builder.Build()));
        return file.ReadConfig();
    }
}
