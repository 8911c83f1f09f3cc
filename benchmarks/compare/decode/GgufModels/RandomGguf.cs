using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.GgufModels;

/// <summary>Writes a model of a preset's sizes with random fp32 weights, without a tokenizer, as GGUF.</summary>
internal static class RandomGguf
{
    private const double Deviation = 0.02;

    /// <summary>Writes the file; the same preset gives the same bytes.</summary>
    /// <param name="preset">A key of <see cref="ModelPresets.All"/>.</param>
    /// <param name="path">The file, which is replaced.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">The preset is unknown.</exception>
    public static void Write(string preset, string path)
    {
        var config = RandomModel.Config(preset);
        var family = config.HasQueryKeyValueBias ? "qwen2" : "llama";
        using var writer = new GgufWriter(path);
        writer.Begin(Settings(preset, family, config), Tensors(config));
        var random = new Random(1);
        foreach (var tensor in Tensors(config))
        {
            writer.Append(tensor.Count, tensor.IsNorm ? () => 1 : () => (float)(Deviation * Normal(random)));
        }
    }

    private static (string Key, object Value)[] Settings(string preset, string family, TransformerConfig config) =>
    [
        ("general.architecture", family),
        ("general.name", preset),
        ("general.file_type", 0u), // all tensors are F32
        ($"{family}.vocab_size", (uint)config.VocabularySize),
        ($"{family}.context_length", (uint)config.ContextLength),
        ($"{family}.embedding_length", (uint)config.HiddenSize),
        ($"{family}.block_count", (uint)config.LayerCount),
        ($"{family}.feed_forward_length", (uint)config.InnerSize),
        ($"{family}.attention.head_count", (uint)config.HeadCount),
        ($"{family}.attention.head_count_kv", (uint)config.KeyValueHeadCount),
        ($"{family}.attention.layer_norm_rms_epsilon", (float)config.NormEpsilon),
        ($"{family}.rope.dimension_count", (uint)config.HeadDim),
        ($"{family}.rope.freq_base", (float)config.RopeTheta),
        ("tokenizer.ggml.model", "no_vocab"),
    ];

    private static IEnumerable<GgufTensor> Tensors(TransformerConfig config)
    {
        int hidden = config.HiddenSize, inner = config.InnerSize;
        int queries = config.HeadCount * config.HeadDim, pairs = config.KeyValueHeadCount * config.HeadDim;
        yield return new GgufTensor("token_embd.weight", hidden, config.VocabularySize);
        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            var block = $"blk.{layer}.";
            yield return GgufTensor.Norm($"{block}attn_norm.weight", hidden);
            yield return new GgufTensor($"{block}attn_q.weight", hidden, queries);
            yield return new GgufTensor($"{block}attn_k.weight", hidden, pairs);
            yield return new GgufTensor($"{block}attn_v.weight", hidden, pairs);
            if (config.HasQueryKeyValueBias)
            {
                yield return new GgufTensor($"{block}attn_q.bias", queries);
                yield return new GgufTensor($"{block}attn_k.bias", pairs);
                yield return new GgufTensor($"{block}attn_v.bias", pairs);
            }

            yield return new GgufTensor($"{block}attn_output.weight", queries, hidden);
            yield return GgufTensor.Norm($"{block}ffn_norm.weight", hidden);
            yield return new GgufTensor($"{block}ffn_gate.weight", hidden, inner);
            yield return new GgufTensor($"{block}ffn_up.weight", hidden, inner);
            yield return new GgufTensor($"{block}ffn_down.weight", inner, hidden);
        }

        yield return GgufTensor.Norm("output_norm.weight", hidden);
        if (!config.TiesEmbeddings)
        {
            yield return new GgufTensor("output.weight", hidden, config.VocabularySize);
        }
    }

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
