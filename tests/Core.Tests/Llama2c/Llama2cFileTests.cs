using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Llama2c;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Fuzz;
using LlmEfficiency.Fuzz.Builders;
using LlmEfficiency.Fuzz.Targets;
using Xunit;

namespace LlmEfficiency.Core.Tests.Llama2c;

public sealed class Llama2cFileTests
{
    [Theory]
    [InlineData(true, 11)]
    [InlineData(false, 12)]
    public void Reads_both_forms_of_the_output_matrix(bool isTied, int tensors)
    {
        using var file = Open(Llama2cBuilder.Build(4, 6, 1, 1, 1, 3, 2, isTied));
        var config = file.Config;
        Assert.Equal(
            (4, 6, 1, 3, 2, isTied),
            (config.HiddenSize, config.InnerSize, config.LayerCount, config.VocabularySize, config.ContextLength,
                config.TiesEmbeddings));
        Assert.Equal(tensors, file.Entries.Count);
    }

    [Fact]
    public void Weights_follow_each_other_in_the_order_of_llama2c()
    {
        using var file = Open(Llama2cBuilder.Build(4, 6, 2, 2, 1, 3, 2, isTied: false));
        (string Name, float First, long Rows)[] expected =
        [
            ("model.embed_tokens", 0, 3),
            ("model.layers.0.input_layernorm", 12, 4), ("model.layers.1.input_layernorm", 16, 4),
            ("model.layers.0.self_attn.q_proj", 20, 4), ("model.layers.0.self_attn.k_proj", 52, 2),
            ("model.layers.0.self_attn.v_proj", 68, 2), ("model.layers.0.self_attn.o_proj", 84, 4),
            ("model.layers.0.post_attention_layernorm", 116, 4), ("model.layers.0.mlp.gate_proj", 124, 6),
            ("model.layers.0.mlp.down_proj", 172, 4), ("model.layers.0.mlp.up_proj", 220, 6), ("model.norm", 268, 4),
            ("lm_head", 276, 3),
        ];
        foreach (var (name, first, rows) in expected)
        {
            using var tensor = file.Read($"{name}.weight");
            Assert.Equal((name, first, rows), (name, tensor.data<float>()[0], tensor.shape[0]));
        }
    }

    [Fact]
    public void Refuses_every_other_length()
    {
        var whole = Llama2cBuilder.Build(4, 4, 1, 2, 1, 3, 2, isTied: true);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<MalformedFileException>(() => Open(whole[..length]));
        }

        Assert.Throws<MalformedFileException>(() => Open([.. whole, 0]));
    }

    [Theory]
    [InlineData(0, 0, "dim is 0")]
    [InlineData(2, -1, "n_layers is -1")]
    [InlineData(3, 3, "do not fit")]
    [InlineData(5, int.MinValue, "vocab_size")]
    [InlineData(0, 0x616b3432, "--version 0")]
    public void Refuses_a_header_that_cannot_be(int field, int value, string problem)
    {
        var bytes = Llama2cBuilder.Build(4, 4, 1, 2, 1, 3, 2, isTied: true);
        BitConverter.TryWriteBytes(bytes.AsSpan(4 * field), value);
        Assert.Contains(
            problem, Assert.Throws<MalformedFileException>(() => Open(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        var target = Llama2cTarget.Create();
        Assert.All(target.Seeds, target.Read);
        Assert.Empty(FuzzRun.Run(target, seed: 1, first: 0, count: 500).Findings);
    }

    private static Llama2cFile Open(byte[] bytes) => Llama2cFile.Open(MappedFile.FromBytes("test.bin", bytes));
}
