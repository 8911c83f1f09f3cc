namespace LlmEfficiency.Core.Models;

/// <summary>Sizes of well-known models, and of two small ones that benchmarks share, by name.</summary>
public static class ModelPresets
{
    private static readonly RopeScaling Llama31 = new RopeScaling.Llama3(8, 1, 4, 8192);
    private static readonly RopeScaling Llama32 = new RopeScaling.Llama3(32, 1, 4, 8192);

    /// <summary>Gets every preset.</summary>
    public static IReadOnlyDictionary<string, TransformerConfig> All { get; } =
        new Dictionary<string, TransformerConfig>(StringComparer.Ordinal)
        {
            ["tiny"] = Llama(512, 64, 160, 2, 4, 2, 512) with { TiesEmbeddings = true },
            ["llama-15m"] = Llama(32000, 288, 768, 6, 6, 2, 1024) with { TiesEmbeddings = true },
            ["llama-110m"] = Llama(32000, 768, 2048, 12, 12, 4, 1024) with { TiesEmbeddings = true },
            ["llama-0.5b"] = Llama(32000, 1280, 3456, 24, 20, 5, 2048),
            ["llama-3.2-1b"] = Llama3(2048, 8192, 16, 32, Llama32) with { TiesEmbeddings = true },
            ["llama-3.2-3b"] = Llama3(3072, 8192, 28, 24, Llama32) with { TiesEmbeddings = true },
            ["llama-3.1-8b"] = Llama3(4096, 14336, 32, 32, Llama31),
            ["qwen2.5-0.5b"] = Qwen(151936, 896, 4864, 24, 14, 2, 32768) with { TiesEmbeddings = true },
            ["qwen2.5-1.5b"] = Qwen(151936, 1536, 8960, 28, 12, 2, 131072) with { TiesEmbeddings = true },
            ["qwen2.5-7b"] = Qwen(152064, 3584, 18944, 28, 28, 4, 131072),
            ["llama-2-7b"] = Llama(32000, 4096, 11008, 32, 32, 32, 4096),
            ["vicuna-7b"] = Llama(32000, 4096, 11008, 32, 32, 32, 2048) with { NormEpsilon = 1e-6 },
            ["mistral-7b"] = Llama(32000, 4096, 14336, 32, 32, 8, 32768) with { SlidingWindow = 4096, ModelType = "mistral" },
        };

    private static TransformerConfig Llama(int vocab, int hidden, int inner, int layers, int heads, int kvHeads, int context) => new()
    {
        VocabularySize = vocab,
        HiddenSize = hidden,
        InnerSize = inner,
        LayerCount = layers,
        HeadCount = heads,
        KeyValueHeadCount = kvHeads,
        HeadDim = hidden / heads,
        ContextLength = context,
        NormEpsilon = 1e-5,
        BeginOfSequence = 1,
        EndOfSequence = [2],
    };

    private static TransformerConfig Llama3(int hidden, int inner, int layers, int heads, RopeScaling scaling) =>
        Llama(128256, hidden, inner, layers, heads, 8, 131072) with
        {
            RopeTheta = 500000,
            RopeScaling = scaling,
            BeginOfSequence = 128000,
            EndOfSequence = [128001],
        };

    private static TransformerConfig Qwen(int vocab, int hidden, int inner, int layers, int heads, int kvHeads, int context) =>
        Llama(vocab, hidden, inner, layers, heads, kvHeads, context) with
        {
            NormEpsilon = 1e-6,
            RopeTheta = 1e6,
            HasQueryKeyValueBias = true,
            BeginOfSequence = null,
            EndOfSequence = [151643],
            ModelType = "qwen2",
        };
}
