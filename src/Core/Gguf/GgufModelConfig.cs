using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Gguf;

/// <summary>From GGUF metadata to the sizes and constants of a transformer.</summary>
public static class GgufModelConfig
{
    private const int Largest = 1 << 28;
    private static readonly string[] EndTokens = ["eos_token_id", "eot_token_id"];

    /// <summary>Reads the configuration of a <c>llama</c> or <c>qwen2</c> model.</summary>
    /// <exception cref="LlmEfficiencyException">The family is not supported or a number cannot be.</exception>
    public static TransformerConfig Read(GgufFile file)
    {
        var (metadata, family) = (file.Metadata, file.Architecture);
        if (family is not ("llama" or "qwen2"))
        {
            throw metadata.Broken("general.architecture", $"'{family}' is not supported; llama and qwen2 are");
        }

        if (metadata.WholeNumber($"{family}.expert_count") is > 0)
        {
            throw metadata.Broken($"{family}.expert_count", "mixtures of experts are not supported");
        }

        var hidden = Size(metadata, $"{family}.embedding_length");
        var heads = Size(metadata, $"{family}.attention.head_count");
        var keyValueHeads = Size(metadata, $"{family}.attention.head_count_kv", heads);
        if (heads % keyValueHeads != 0)
        {
            throw metadata.Broken(
                $"{family}.attention.head_count_kv", $"{keyValueHeads} key/value heads do not divide {heads} heads");
        }

        var vocabulary = VocabularySize(file, hidden);
        var headDim = HeadDim(metadata, family, hidden, heads);
        var theta = Positive(metadata, $"{family}.rope.freq_base", 10000);
        return new TransformerConfig
        {
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            InnerSize = Size(metadata, $"{family}.feed_forward_length"),
            LayerCount = Size(metadata, $"{family}.block_count"),
            HeadCount = heads,
            KeyValueHeadCount = keyValueHeads,
            HeadDim = headDim,
            ContextLength = Size(metadata, $"{family}.context_length"),
            NormEpsilon = Positive(metadata, $"{family}.attention.layer_norm_rms_epsilon", 1e-6),
            RopeTheta = theta,
            RopeScaling = GgufRopeScaling.Read(file, headDim, theta),
            HasQueryKeyValueBias = file.Entries.ContainsKey("model.layers.0.self_attn.q_proj.bias"),
            HasOutputBias = file.Entries.ContainsKey("model.layers.0.self_attn.o_proj.bias"),
            HasFeedForwardBias = file.Entries.ContainsKey("model.layers.0.mlp.up_proj.bias"),
            TiesEmbeddings = !file.Entries.ContainsKey("lm_head.weight"),
            SlidingWindow = metadata.WholeNumber($"{family}.attention.sliding_window") is > 0
                ? Size(metadata, $"{family}.attention.sliding_window")
                : null,
            BeginOfSequence = GgufVocabularyReader.TokenId(metadata, "bos_token_id", vocabulary),
            EndOfSequence =
            [
                .. EndTokens.Select(key => GgufVocabularyReader.TokenId(metadata, key, vocabulary)).OfType<int>().Distinct(),
            ],
            ModelType = family,
        };
    }

    internal static double Positive(GgufMetadata metadata, string key, double absent)
    {
        var value = metadata.Number(key) ?? absent;
        return value > 0 ? value : throw metadata.Broken(key, $"{value} is not positive");
    }

    private static int Size(GgufMetadata metadata, string key, int? absent = null)
    {
        var value = metadata.WholeNumber(key) ?? absent ?? throw metadata.Broken(key, "is missing");
        return value is > 0 and <= Largest
            ? (int)value
            : throw metadata.Broken(key, $"{value} is not from 1 to {Largest}");
    }

    private static int HeadDim(GgufMetadata metadata, string family, int hidden, int heads)
    {
        var key = $"{family}.attention.key_length";
        if (metadata.WholeNumber(key) is null && hidden % heads != 0)
        {
            throw metadata.Broken($"{family}.attention.head_count", $"{heads} heads do not divide the width {hidden}");
        }

        var headDim = Size(metadata, key, Math.Max(hidden / heads, 1));
        if (headDim % 2 != 0)
        {
            throw metadata.Broken(key, $"a head width of {headDim} is not even");
        }

        foreach (var same in (string[])[$"{family}.attention.value_length", $"{family}.rope.dimension_count"])
        {
            if (metadata.WholeNumber(same) is { } other && other != headDim)
            {
                throw metadata.Broken(same, $"{other} differs from the head width {headDim}, which is not supported");
            }
        }

        return headDim;
    }

    private static int VocabularySize(GgufFile file, int hidden)
    {
        var embedding = file.Entries.GetValueOrDefault("model.embed_tokens.weight")
            ?? throw new LlmEfficiencyException(ErrorKind.Input, "the GGUF file has no tensor 'token_embd.weight'");
        return embedding.Shape is [var rows and <= Largest, var width] && width == hidden
            ? (int)rows
            : throw file.Metadata.Broken(
                $"{file.Architecture}.embedding_length",
                $"{hidden} does not fit 'token_embd.weight' of shape [{string.Join(", ", embedding.Shape)}]");
    }
}
