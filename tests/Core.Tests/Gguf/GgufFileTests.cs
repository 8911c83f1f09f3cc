using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Gguf;
using LlmEfficiency.Core.Llama2c;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Fuzz;
using LlmEfficiency.Fuzz.Builders;
using LlmEfficiency.Fuzz.Targets;
using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Core.Tests.Gguf;

public sealed class GgufFileTests
{
    [Fact]
    public void The_two_files_of_one_model_agree_exactly()
    {
        using var gguf = GgufFile.Open(SharedData.Require("weights/stories260k/stories260Ktok512.gguf"));
        using var bin = Llama2cFile.Open(SharedData.Require("weights/stories260k/stories260K.bin"));
        Assert.True(bin.Config.TiesEmbeddings);
        Assert.Equal(bin.Entries.Keys.Append("lm_head.weight").ToHashSet(), gguf.Entries.Keys.ToHashSet());
        foreach (var name in gguf.Entries.Keys)
        {
            using var left = gguf.Read(name);
            using var right = bin.Read(name == "lm_head.weight" ? "model.embed_tokens.weight" : name);
            Assert.True(left.equal(right).all().item<bool>() && left.shape.SequenceEqual(right.shape), name);
        }

        var config = gguf.ReadConfig();
        Assert.Equal(
            bin.Config with { ContextLength = 128, TiesEmbeddings = false, EndOfSequence = [] },
            config with { NormEpsilon = 1e-5, EndOfSequence = [] });
        Assert.Equal(1e-5, config.NormEpsilon, 1e-9);
        var vocabulary = gguf.ReadVocabulary();
        Assert.Equal((512, 512, "llama", 1, 2), (vocabulary.Tokens.Count, vocabulary.Scores.Count, vocabulary.Model,
            vocabulary.BeginOfSequence, vocabulary.EndOfSequence));
    }

    [Fact]
    public void Reverses_the_dimensions_and_maps_the_names()
    {
        using var file = Open(GgufBuilder.TinyLlama());
        var entry = Assert.Single(file.Entries).Value;
        Assert.Equal("model.embed_tokens.weight", entry.Name);
        Assert.Equal([5L, 8], entry.Shape);
        using var tensor = file.Read(entry.Name);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (float)i), tensor.data<float>().ToArray());
    }

    [Theory]
    [InlineData("llama", new[] { 0f, 2, 1, 3, 4, 6, 5, 7 })]
    [InlineData("qwen2", new[] { 0f, 1, 2, 3, 4, 5, 6, 7 })]
    public void Undoes_the_row_order_of_llama_only(string family, float[] expected)
    {
        using var file = Open(GgufBuilder.TinyLlama(family).Tensor("blk.0.attn_q.bias", [8], 0, GgufBuilder.Floats(8)));
        using var bias = file.Read("model.layers.0.self_attn.q_proj.bias");
        Assert.Equal(expected, bias.data<float>().ToArray());
    }

    [Theory]
    [InlineData(1u, torch.ScalarType.Float16, 2)]
    [InlineData(30u, torch.ScalarType.BFloat16, 2)]
    [InlineData(0u, torch.ScalarType.Float32, 4)]
    public void Unquantised_tensors_lie_in_the_mapping(uint type, torch.ScalarType expected, int width)
    {
        using var file = Open(GgufBuilder.TinyLlama().Tensor("output_norm.weight", [3], type, new byte[3 * width]));
        LiveTensors.AssertLeft(0, () =>
        {
            using var first = file.Read("model.norm.weight");
            using var second = file.Read("model.norm.weight");
            Assert.Equal(expected, first.dtype);
            unsafe
            {
                fixed (byte* one = first.bytes, two = second.bytes)
                {
                    Assert.True(one == two);
                }
            }
        });
    }

    [Fact]
    public void Quantised_tensors_of_many_chunks_equal_their_blocks()
    {
        var random = new Random(3);
        var bytes = new byte[34 * 40_000]; // 1.28 million elements, more than one chunk
        random.NextBytes(bytes);
        for (var i = 1; i < bytes.Length; i += 34)
        {
            bytes[i] &= 0x3f; // no infinite scale
        }

        using var file = Open(GgufBuilder.TinyLlama().Tensor("output.weight", [32, 40_000], 8, bytes));
        using var tensor = file.Read("lm_head.weight");
        var expected = new float[32 * 40_000];
        GgufBlocks.DecodeQ80(bytes, expected);
        Assert.Equal(expected, tensor.data<float>().ToArray());
    }

    [Fact]
    public void Reads_every_type_of_value()
    {
        using var file = Open(GgufBuilder.TinyLlama()
            .Pair("u8", 0, 255).Pair("i8", 1, 255).Pair("u16", 2, 255, 255).Pair("i16", 3, 255, 255)
            .Pair("i32", 5, 255, 255, 255, 255).Pair("yes", 7, 1).Pair("u64", 10, [1, .. new byte[7]])
            .Pair("i64", 11, [.. Enumerable.Repeat((byte)255, 8)]).Pair("f64", 12, BitConverter.GetBytes(0.5))
            .Array("list", 0, 3, 7, 8, 9).Array("nested", 9, 1, [1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7, 8]));
        var metadata = file.Metadata;
        long?[] values = [.. "u8 i8 u16 i16 i32 u64 i64 absent".Split(' ').Select(metadata.WholeNumber)];
        Assert.Equal([255, -1, 65535, -1, -1, 1, -1, null], values);
        Assert.Equal(0.5, metadata.Number("f64"));
        Assert.True(metadata.Flag("yes"));
        Assert.Equal([7L, 8, 9], metadata.WholeNumbers("list")!);
        Assert.Throws<MalformedFileException>(() => metadata.Text("nested"));
    }

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        var target = GgufTarget.Create();
        Assert.All(target.Seeds, target.Read);
        Assert.Empty(FuzzRun.Run(target, seed: 1, first: 0, count: 500).Findings);
    }

    private static GgufFile Open(GgufBuilder builder) =>
        GgufFile.Open(MappedFile.FromBytes("test.gguf", builder.Build()));
}
