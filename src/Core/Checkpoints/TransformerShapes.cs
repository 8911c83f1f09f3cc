using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>The tensors that a model of given sizes has, by Hugging Face name.</summary>
public static class TransformerShapes
{
    /// <summary>The name of the input embedding, <c>[vocab, hidden]</c>.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>The name of the output matrix, <c>[vocab, hidden]</c>.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>
    /// Returns the shape of every tensor, without any memory for them; tied, the output matrix is left out.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<long>> Of(TransformerConfig config)
    {
        var shapes = new Dictionary<string, IReadOnlyList<long>>
        {
            [Embedding] = [config.VocabularySize, config.HiddenSize],
        };
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            AddBlock(shapes, $"model.layers.{layer}.", config);
        }

        shapes["model.norm.weight"] = [config.HiddenSize];
        if (!config.TiesEmbeddings)
        {
            shapes[Head] = [config.VocabularySize, config.HiddenSize];
        }

        return shapes;
    }

    private static void AddBlock(
        Dictionary<string, IReadOnlyList<long>> shapes, string prefix, TransformerConfig config)
    {
        var hidden = config.HiddenSize;
        var queries = (long)config.HeadCount * config.HeadDim;
        var keys = (long)config.KeyValueHeadCount * config.HeadDim;
        shapes[$"{prefix}input_layernorm.weight"] = [hidden];
        AddLinear("self_attn.q_proj", queries, hidden, config.HasQueryKeyValueBias);
        AddLinear("self_attn.k_proj", keys, hidden, config.HasQueryKeyValueBias);
        AddLinear("self_attn.v_proj", keys, hidden, config.HasQueryKeyValueBias);
        AddLinear("self_attn.o_proj", hidden, queries, config.HasOutputBias);
        shapes[$"{prefix}post_attention_layernorm.weight"] = [hidden];
        AddLinear("mlp.gate_proj", config.InnerSize, hidden, config.HasFeedForwardBias);
        AddLinear("mlp.up_proj", config.InnerSize, hidden, config.HasFeedForwardBias);
        AddLinear("mlp.down_proj", hidden, config.InnerSize, config.HasFeedForwardBias);

        void AddLinear(string name, long outputs, long inputs, bool hasBias)
        {
            shapes[$"{prefix}{name}.weight"] = [outputs, inputs];
            if (hasBias)
            {
                shapes[$"{prefix}{name}.bias"] = [outputs];
            }
        }
    }
}
