using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>Makes a configuration from the fields of a <c>config.json</c>.</summary>
internal static class ConfigReader
{
    public const int MaxContext = 1 << 28;

    private const int MaxVocabulary = 1 << 22;
    private const int MaxWidth = 1 << 20;
    private const int MaxHeads = 1 << 12;
    private const int MaxLayers = 1 << 12;

    // Each field alone may be sane and all of them together not: no larger model is known, and none could be held.
    private const long MaxParameters = 1L << 42;

    public static HuggingFaceConfig Read(ConfigFields fields)
    {
        var family = FindFamily(fields);
        RefuseOtherModels(fields, family);
        var config = WithBiases(WithTokens(ReadSizes(fields, family), fields, family), fields, family);
        return new HuggingFaceConfig
        {
            Transformer = Sized(fields, config),
            ElementType = ReadElementType(fields),
            PackedWeights = PackingFields.Read(fields),
            PadToken = fields.Integer("pad_token_id", -1, MaxVocabulary) is { } pad and >= 0 ? pad : null,
        };
    }

    private static TransformerConfig ReadSizes(ConfigFields fields, ModelFamily family)
    {
        var (headCount, keyValueHeadCount, headDim) = ReadHeads(fields, family);
        var (theta, scaling) = RopeFields.Read(fields);
        return new TransformerConfig
        {
            ModelType = family.ModelType,
            VocabularySize = fields.RequiredInteger("vocab_size", 1, MaxVocabulary),
            HiddenSize = fields.RequiredInteger("hidden_size", 1, MaxWidth),
            InnerSize = fields.RequiredInteger("intermediate_size", 1, MaxWidth),
            LayerCount = fields.RequiredInteger("num_hidden_layers", 1, MaxLayers),
            HeadCount = headCount,
            KeyValueHeadCount = keyValueHeadCount,
            HeadDim = headDim,
            ContextLength = fields.Integer("max_position_embeddings", 1, MaxContext) ?? family.ContextLength,
            NormEpsilon = fields.Number("rms_norm_eps", 1e-12, 1e-2) ?? 1e-6,
            RopeTheta = theta,
            RopeScaling = scaling,
            TiesEmbeddings = fields.Flag("tie_word_embeddings") ?? false,
            SlidingWindow = SlidingWindowFields.Read(fields, family),
        };
    }

    // An explicit null means that there is no such token; only an absent field means the family's.
    private static TransformerConfig WithTokens(TransformerConfig config, ConfigFields fields, ModelFamily family)
    {
        var vocabulary = config.VocabularySize;
        var begin = fields.IsNull("bos_token_id") || family.BeginOfSequence >= vocabulary
            ? null
            : family.BeginOfSequence;
        var end = fields.IsNull("eos_token_id") ? [] : family.EndOfSequence.Where(id => id < vocabulary).ToArray();
        return config with
        {
            BeginOfSequence = fields.Integer("bos_token_id", 0, vocabulary - 1) ?? begin,
            EndOfSequence = fields.Ids("eos_token_id", vocabulary) ?? end,
        };
    }

    // Only Llama reads these fields; the other families' biases are fixed.
    private static TransformerConfig WithBiases(TransformerConfig config, ConfigFields fields, ModelFamily family)
    {
        if (family != ModelFamily.Llama)
        {
            return config with { HasQueryKeyValueBias = family == ModelFamily.Qwen2 };
        }

        var attention = fields.Flag("attention_bias") ?? false;
        return config with
        {
            HasQueryKeyValueBias = attention,
            HasOutputBias = attention,
            HasFeedForwardBias = fields.Flag("mlp_bias") ?? false,
        };
    }

    private static ModelFamily FindFamily(ConfigFields fields)
    {
        var type = fields.Word("model_type");
        var architecture = fields.Words("architectures") is [var first, ..] ? first : null;
        var family = type is null
            ? ModelFamily.All.FirstOrDefault(family => family.Architecture == architecture)
            : ModelFamily.Find(type);
        return family ?? throw fields.Refuse("model_type", $"must be one of {ModelFamily.Names}");
    }

    private static void RefuseOtherModels(ConfigFields fields, ModelFamily family)
    {
        var architectures = fields.Words("architectures") ?? [];
        if (architectures.Any(name => !string.Equals(name, family.Architecture, StringComparison.OrdinalIgnoreCase)))
        {
            throw fields.Refuse("architectures", $"must name {family.Architecture} alone");
        }

        if (fields.Word("hidden_act") is not (null or "silu" or "swish"))
        {
            throw fields.Refuse("hidden_act", "must be silu");
        }
    }

    private static (int Heads, int KeyValueHeads, int HeadDim) ReadHeads(ConfigFields fields, ModelFamily family)
    {
        var hidden = fields.RequiredInteger("hidden_size", 1, MaxWidth);
        var heads = fields.RequiredInteger("num_attention_heads", 1, MaxHeads);
        // An explicit null means as many as query heads; only an absent field means the family's.
        var absent = fields.IsNull("num_key_value_heads") ? heads : family.KeyValueHeadCount ?? heads;
        var keyValueHeads = fields.Integer("num_key_value_heads", 1, heads) ?? absent;
        if (keyValueHeads > heads || heads % keyValueHeads != 0)
        {
            throw fields.Refuse("num_key_value_heads", $"must divide the {heads} of num_attention_heads");
        }

        var headDim = fields.Integer("head_dim", 2, 1 << 13);
        if (headDim is null && (hidden % heads != 0 || hidden / heads < 2))
        {
            throw fields.Refuse(
                "hidden_size", $"must be a multiple, at least twice, of the {heads} of num_attention_heads");
        }

        headDim ??= hidden / heads;
        return headDim % 2 == 0
            ? (heads, keyValueHeads, headDim.Value)
            : throw fields.Refuse("head_dim", $"must be even to be rotated, and is {headDim}");
    }

    private static TransformerConfig Sized(ConfigFields fields, TransformerConfig config)
    {
        var attention = 2L * config.HiddenSize * config.HeadDim * (config.HeadCount + config.KeyValueHeadCount);
        var block = attention + (3L * config.HiddenSize * config.InnerSize);
        var total = ((Int128)block * config.LayerCount) + (2L * config.VocabularySize * config.HiddenSize);
        return total <= MaxParameters
            ? config
            : throw fields.Refuse(
                "num_hidden_layers",
                $"makes {total} parameters with the other sizes, at most {MaxParameters} are believed");
    }

    private static ScalarType? ReadElementType(ConfigFields fields)
    {
        var field = fields.Has("dtype") ? "dtype" : "torch_dtype";
        return fields.Word(field) switch
        {
            null or "auto" => null,
            "float32" or "torch.float32" => ScalarType.Float32,
            "float16" or "torch.float16" => ScalarType.Float16,
            "bfloat16" or "torch.bfloat16" => ScalarType.BFloat16,
            "float64" or "torch.float64" => ScalarType.Float64,
            _ => throw fields.Refuse(field, "must be float32, float16, bfloat16 or float64"),
        };
    }
}
