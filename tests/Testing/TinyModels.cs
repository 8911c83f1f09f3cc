using CsCheck;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using TorchSharp;

namespace LlmEfficiency.Testing;

/// <summary>Models of a few thousand parameters with reproducible random weights.</summary>
public static class TinyModels
{
    /// <summary>Gets a Llama with grouped queries and a tied head.</summary>
    public static TransformerConfig Llama { get; } = new()
    {
        VocabularySize = 37,
        HiddenSize = 24,
        InnerSize = 40,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadDim = 8,
        ContextLength = 128,
        TiesEmbeddings = true,
    };

    /// <summary>Gets a Qwen2: biases on queries, keys and values, its own head.</summary>
    public static TransformerConfig Qwen { get; } =
        Llama with { HasQueryKeyValueBias = true, TiesEmbeddings = false, RopeTheta = 1e6, ModelType = "qwen2" };

    /// <summary>Gets a Mistral whose window is six tokens.</summary>
    public static TransformerConfig Mistral { get; } = Llama with { SlidingWindow = 6, TiesEmbeddings = false, ModelType = "mistral" };

    private static readonly RopeScaling?[] Scalings = [null, new RopeScaling.Linear(4), new RopeScaling.Llama3(8, 1, 4, 64)];

    /// <summary>Gets random configurations: every option on and off, odd sizes, every rotary scaling.</summary>
    public static Gen<TransformerConfig> Configs { get; } =
        from kvHeads in Gen.Int[1, 3]
        from groups in Gen.Int[1, 3]
        from half in Gen.Int[1, 5]
        from sizes in Gen.Int[1, 30].Array[2]
        from flags in Gen.Bool.Array[4]
        from window in Gen.Int[-4, 5]
        from scaling in Gen.Int[0, Scalings.Length - 1]
        select Llama with
        {
            HiddenSize = sizes[0],
            InnerSize = sizes[1],
            KeyValueHeadCount = kvHeads,
            HeadCount = kvHeads * groups,
            HeadDim = half * 2,
            HasQueryKeyValueBias = flags[0],
            HasOutputBias = flags[1],
            HasFeedForwardBias = flags[2],
            TiesEmbeddings = flags[3],
            SlidingWindow = window <= 0 ? null : window,
            RopeScaling = Scalings[scaling],
        };

    /// <summary>Builds a model whose weights, biases and norms are all random, and far from small.</summary>
    public static Transformer Build(TransformerConfig config, ulong seed = 1, torch.ScalarType type = torch.ScalarType.Float32)
    {
        var model = new Transformer(config, ComputeDevice.Cpu, type);
        using var generator = new torch.Generator(seed);
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        model.Initialise(generator, deviation: 0.3);
        foreach (var (_, parameter) in model.named_parameters().Where(p => p.parameter.dim() == 1))
        {
            parameter.add_(torch.randn(parameter.shape, generator: generator).mul_(0.3).to(type));
        }

        return model;
    }

    /// <summary>Builds an engine over such a model.</summary>
    public static TorchDecodeEngine Engine(
        TransformerConfig? config = null, ulong seed = 1, int chunkLength = 512, bool isStrict = false) =>
        new(Build(config ?? Llama, seed), new TorchEngineSettings { ChunkLength = chunkLength, IsStrict = isStrict });
}
