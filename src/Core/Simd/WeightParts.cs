using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Simd;

/// <summary>The parts that a model of given sizes has, in the order in which a pass reads them.</summary>
internal static class WeightParts
{
    /// <summary>The input vectors, one an output.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>The factors of the last norm.</summary>
    public const string Norm = "model.norm.weight";

    /// <summary>The output matrix; a model that ties it to <see cref="Embedding"/> has none.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>What a draft head joins a token's vector and the features of the token before it by.</summary>
    public const string Fusion = "fc";

    /// <summary>Lists a model's parts.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="format">How the matrices are kept.</param>
    public static IReadOnlyList<WeightPart> Of(TransformerConfig config, WeightFormat format)
    {
        var edge = EdgeFormat(format);
        var parts = new List<WeightPart> { Matrix(Embedding, config.VocabularySize, config.HiddenSize, edge) };
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            parts.Add(Numbers(AttentionNorm(LayerPrefix(layer)), config.HiddenSize));
            AddLayer(parts, LayerPrefix(layer), config, format);
        }

        parts.Add(Numbers(Norm, config.HiddenSize));
        if (!config.TiesEmbeddings)
        {
            parts.Add(Matrix(Head, config.VocabularySize, config.HiddenSize, edge));
        }

        return parts;
    }

    /// <summary>Lists a draft head's parts, with the embedding and the output matrix that it may share with its model.</summary>
    /// <param name="head">The sizes.</param>
    /// <param name="format">How the matrices are kept.</param>
    public static IReadOnlyList<WeightPart> Of(DraftHeadConfig head, WeightFormat format)
    {
        var (config, edge) = (head.Layer, EdgeFormat(format));
        var parts = new List<WeightPart>
        {
            Matrix(Embedding, config.VocabularySize, config.HiddenSize, edge),
            Matrix(Head, config.VocabularySize, config.HiddenSize, edge),
            new($"{Fusion}.weight", [($"{Fusion}.weight", config.HiddenSize)], 2 * config.HiddenSize, format),
        };
        if (head.HasFusionBias)
        {
            parts.Add(Numbers($"{Fusion}.bias", config.HiddenSize));
        }

        AddLayer(parts, LayerPrefix(0), config, format);
        return parts;
    }

    /// <summary>Returns what the names of a layer's parts begin with.</summary>
    public static string LayerPrefix(int layer) => $"model.layers.{layer}.";

    /// <summary>Returns the name of the factors of the norm before attention, which a draft head's layer does not have.</summary>
    /// <param name="prefix">What the names of the layer's parts begin with.</param>
    public static string AttentionNorm(string prefix) => $"{prefix}input_layernorm.weight";

    // Half-bytes cost most where a vector stands for a token; there they are bytes.
    private static WeightFormat EdgeFormat(WeightFormat format) => format == WeightFormat.Quantized4 ? WeightFormat.Quantized8 : format;

    private static void AddLayer(List<WeightPart> parts, string prefix, TransformerConfig config, WeightFormat format)
    {
        var (hidden, queries, keys) = (config.HiddenSize, config.HeadCount * config.HeadDim, config.KeyValueHeadCount * config.HeadDim);
        AddLinear(
            $"{prefix}self_attn.qkv_proj",
            [($"{prefix}self_attn.q_proj", queries), ($"{prefix}self_attn.k_proj", keys), ($"{prefix}self_attn.v_proj", keys)],
            hidden,
            config.HasQueryKeyValueBias);
        AddOne("self_attn.o_proj", hidden, queries, config.HasOutputBias);
        parts.Add(Numbers($"{prefix}post_attention_layernorm.weight", hidden));
        AddOne("mlp.gate_proj", config.InnerSize, hidden, config.HasFeedForwardBias);
        AddOne("mlp.up_proj", config.InnerSize, hidden, config.HasFeedForwardBias);
        AddOne("mlp.down_proj", hidden, config.InnerSize, config.HasFeedForwardBias);

        void AddOne(string name, int outputs, int inputs, bool hasBias) =>
            AddLinear(prefix + name, [(prefix + name, outputs)], inputs, hasBias);

        void AddLinear(string name, (string Name, int Outputs)[] maps, int inputs, bool hasBias)
        {
            parts.Add(new WeightPart($"{name}.weight", Sources(".weight"), inputs, format));
            if (hasBias)
            {
                parts.Add(new WeightPart($"{name}.bias", Sources(".bias"), 1, null));
            }

            (string Name, int Outputs)[] Sources(string kind) => Array.ConvertAll(maps, map => (map.Name + kind, map.Outputs));
        }
    }

    private static WeightPart Matrix(string name, int outputs, int inputs, WeightFormat format) => new(name, [(name, outputs)], inputs, format);

    private static WeightPart Numbers(string name, int count) => new(name, [(name, count)], 1, null);
}
