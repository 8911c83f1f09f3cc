using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Loading;

public sealed class PackedFileTests : IDisposable
{
    private const string Weights = "model.safetensors";

    // What a config.json can say: Llamas of odd sizes with and without biases, Qwen2 and Mistral.
    private static readonly Gen<TransformerConfig> Configs = Gen.Frequency(
        (1, Gen.Bool.Select(isQwen => isQwen ? TinyModels.Qwen : TinyModels.Mistral)),
        (3, TinyModels.Configs.Select(config => config with { HasOutputBias = config.HasQueryKeyValueBias, SlidingWindow = null })));

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<WeightFormat> Formats => [.. Enum.GetValues<WeightFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_packed_model_has_the_bits_of_one_packed_when_it_was_loaded(WeightFormat format) =>
        Gen.Select(Configs, Gen.ULong[1, 1000], Gen.Bool).Sample(
            (config, seed, isBf16) =>
            {
                using var folder = new TemporaryFolder();
                var settings = new SimdEngineSettings { Weights = format, Threads = 2 };
                using var original = Write(folder.File("model"), config, seed, isBf16 ? ScalarType.BFloat16 : ScalarType.Float32);
                ModelPacking.Write(original, folder.File("packed"), format);
                using var packed = Open(folder.File("packed"));
                Assert.Equal(format, packed.StoredFormat);
                using var mapped = packed.Pack(new SimdEngineSettings { TakesStored = true, Threads = 2 });
                packed.Dispose();           // the engine has a mapping of its own
                using var loaded = original.Pack(settings);
                Assert.Equal(loaded.Description, mapped.Description);
                Assert.Equal(loaded.WeightBytes, mapped.WeightBytes);
                Assert.Equal(Logits(loaded), Logits(mapped));
            },
            iter: 12, threads: 1);

    // Other engines and tools see the numbers that the kernels compute with.
    [Theory]
    [MemberData(nameof(Formats))]
    public void Tensors_are_what_the_packed_matrices_hold(WeightFormat format) =>
        Gen.Select(Configs, Gen.ULong[1, 1000]).Sample(
            (config, seed) =>
            {
                using var scope = NewDisposeScope();
                using var folder = new TemporaryFolder();
                using var original = Write(folder.File("model"), config, seed, ScalarType.Float32);
                ModelPacking.Write(original, folder.File("packed"), format);
                using var packed = Open(folder.File("packed"));
                WeightLoader.Check(packed.Weights, config);
                Assert.DoesNotContain(ModelCheck.Run(packed).Problems, problem => !problem.Contains("tokenizer", StringComparison.Ordinal));
                foreach (var (name, entry) in original.Weights.Entries)
                {
                    Assert.Equal(Rounded(original.Weights.Read(name), name, format), packed.Weights.Read(name).to(ScalarType.Float32).data<float>().ToArray());
                    Assert.Equal(entry.Shape, packed.Weights.Entries[name].Shape);
                }
            },
            iter: 6, threads: 1);

    [Fact]
    public void Another_format_can_be_made_of_a_packed_one_and_the_same_is_refused()
    {
        using var original = Write(_folder.File("model"), TinyModels.Llama, 3, ScalarType.Float32);
        ModelPacking.Write(original, _folder.File("bf16"), WeightFormat.Bf16);
        using var narrow = Open(_folder.File("bf16"));
        using var made = narrow.Pack(new SimdEngineSettings { Weights = WeightFormat.Quantized8, Threads = 1 });
        ModelPacking.Write(narrow, _folder.File("int8"), WeightFormat.Quantized8);
        using var twice = Open(_folder.File("int8"));
        using var mapped = twice.Pack(new SimdEngineSettings { Weights = WeightFormat.Quantized8, Threads = 1 });
        Assert.Equal(Logits(made), Logits(mapped));
        Assert.Contains("packed bf16 already", Refusal(() => ModelPacking.Write(narrow, _folder.File("again"), WeightFormat.Bf16)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("again")));
    }

    [Fact]
    public void Matrices_begin_on_lines_of_the_cache_and_the_same_model_gives_the_same_bytes()
    {
        using var original = Write(_folder.File("model"), TinyModels.Llama, 3, ScalarType.Float32);
        ModelPacking.Write(original, _folder.File("a"), WeightFormat.Quantized4);
        ModelPacking.Write(original, _folder.File("b"), WeightFormat.Quantized4);
        var bytes = File.ReadAllBytes(Path.Join(_folder.File("a"), Weights));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Join(_folder.File("b"), Weights)));
        Assert.Equal(0, (8 + BinaryPrimitives.ReadInt64LittleEndian(bytes)) % 64);
        Assert.Equal(["config.json", "generation_config.json", Weights], Directory.EnumerateFiles(_folder.File("a")).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "config.json: quantization_config.version is 2: it must be 1: convert the original again")]
    [InlineData("\"version\":1", "\"version\":null", "quantization_config.version is absent")]
    [InlineData("\"llmeff\"", "\"gptq\"", "quantization_config is")]
    [InlineData("\"int8\"", "\"int3\"", "packed as 'int3', which is none of fp32, bf16, int8, int4")]
    [InlineData("\"int8\"", "null", "quantization_config.weights is absent")]
    [InlineData("\"int8\"", "\"int4\"", "self_attn.qkv_proj.weight.panels is Byte [4, 1, 544], the configuration wants Byte [4, 1, 288]")]
    [InlineData("\"int8\"", "\"bf16\"", "embed_tokens.weight.panels is Byte [3, 1, 544], the configuration wants BFloat16 [576, 2]")]
    [InlineData("\"num_hidden_layers\":2", "\"num_hidden_layers\":3", "model.layers.2.input_layernorm.weight is missing")]
    [InlineData("\"num_hidden_layers\":2", "\"num_hidden_layers\":1", "there are 16 tensors, the configuration wants 9")]
    [InlineData("\"intermediate_size\":40", "\"intermediate_size\":64", "mlp.gate_proj.weight.panels is Byte [3, 1, 544], the configuration wants Byte [4, 1, 544]")]
    public void A_configuration_that_does_not_fit_is_refused(string part, string other, string problem)
    {
        var config = Path.Join(Packed(), "config.json");
        var text = File.ReadAllText(config).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains(part, text, StringComparison.Ordinal);
        File.WriteAllText(config, text.Replace(part, other, StringComparison.Ordinal));
        Assert.Contains(problem, Refusal(() => Open(_folder.File("packed")).Dispose()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_short_or_not_there_is_refused()
    {
        var path = Path.Join(Packed(), Weights);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Contains(path, Refusal(() => Open(_folder.File("packed")).Dispose()), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains("cannot be read", Refusal(() => Open(_folder.File("packed")).Dispose()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scale_that_is_no_number_is_found()
    {
        var path = Path.Join(Packed(), Weights);
        using (var file = File.OpenWrite(path))
        {
            file.Seek(-2, SeekOrigin.End);
            file.Write([0xc0, 0x7f]);
        }

        using var model = Open(_folder.File("packed"));
        Assert.Contains(ModelCheck.Run(model).Problems, problem => problem.Contains("NaN", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private string Packed()
    {
        using var original = Write(_folder.File("model"), TinyModels.Llama, 3, ScalarType.Float32);
        ModelPacking.Write(original, _folder.File("packed"), WeightFormat.Quantized8);
        return _folder.File("packed");
    }

    private static StoredModel Write(string folder, TransformerConfig config, ulong seed, ScalarType type)
    {
        using var model = TinyModels.Build(config, seed, type);
        CheckpointFolder.Write(folder, new HuggingFaceConfig { Transformer = config, ElementType = type }, model.state_dict());
        return Open(folder);
    }

    private static StoredModel Open(string folder) => StoredModel.Open(ModelLocation.Find(folder));

    private static int[] Logits(SimdDecodeEngine engine)
    {
        int[] tokens = [.. Enumerable.Range(0, 12).Select(index => (index * 7) % engine.Config.VocabularySize)];
        using var session = engine.Open(1, tokens.Length);
        var block = session.Forward([new DecodeRow(0, tokens) { Logits = LogitSelection.All }]);
        return [.. Enumerable.Range(0, block.Rows).SelectMany(row => MemoryMarshal.Cast<float, int>(block[row]).ToArray())];
    }

    private static unsafe float[] Rounded(Tensor tensor, string name, WeightFormat format)
    {
        if (tensor.dim() == 1)
        {
            return tensor.data<float>().ToArray();
        }

        // Tied or not, vectors that stand for tokens are no half-bytes.
        var isEdge = name is TransformerShapes.Embedding or TransformerShapes.Head;
        using var matrix = PackedMatrix.Pack([SourceRows.Of(tensor.alias())], isEdge && format == WeightFormat.Quantized4 ? WeightFormat.Quantized8 : format, SimdPaths.Best);
        var numbers = new float[tensor.numel()];
        fixed (float* target = numbers)
        {
            for (var output = 0; output < matrix.Outputs; output++)
            {
                matrix.ReadRow(output, target + (output * matrix.Inputs));
            }
        }

        return numbers;
    }

    private static string Refusal(Action action) => Assert.ThrowsAny<LlmEfficiencyException>(action).Message;
}
