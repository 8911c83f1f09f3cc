using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>Writes a configuration as a <c>config.json</c>, every field spelled out, none left to a default.</summary>
internal static class ConfigWriter
{
    public static void Write(Utf8JsonWriter json, HuggingFaceConfig config)
    {
        var transformer = config.Transformer;
        var family = FindFamily(transformer);
        json.WriteStartObject();
        json.WriteStartArray("architectures");
        json.WriteStringValue(family.Architecture);
        json.WriteEndArray();
        json.WriteString("model_type", family.ModelType);
        WriteSizes(json, transformer);
        RopeFields.Write(json, transformer);
        WriteFamily(json, transformer, family);
        WriteOptional(json, "bos_token_id", transformer.BeginOfSequence);
        GenerationDefaults.WriteIds(json, "eos_token_id", transformer.EndOfSequence);
        WriteOptional(json, "pad_token_id", config.PadToken);
        if (config.ElementType is { } type)
        {
            json.WriteString("torch_dtype", NameOf(type));
        }

        if (config.FusionBias is { } hasBias)
        {
            json.WriteBoolean("bias", hasBias);
            json.WriteBoolean("qkv_bias", transformer.HasQueryKeyValueBias);
        }

        PackingFields.Write(json, config.PackedWeights);

        json.WriteEndObject();
    }

    private static void WriteSizes(Utf8JsonWriter json, TransformerConfig config)
    {
        json.WriteNumber("vocab_size", config.VocabularySize);
        json.WriteNumber("hidden_size", config.HiddenSize);
        json.WriteNumber("intermediate_size", config.InnerSize);
        json.WriteNumber("num_hidden_layers", config.LayerCount);
        json.WriteNumber("num_attention_heads", config.HeadCount);
        json.WriteNumber("num_key_value_heads", config.KeyValueHeadCount);
        json.WriteNumber("head_dim", config.HeadDim);
        json.WriteNumber("max_position_embeddings", config.ContextLength);
        json.WriteNumber("rms_norm_eps", config.NormEpsilon);
        json.WriteString("hidden_act", "silu");
        json.WriteBoolean("tie_word_embeddings", config.TiesEmbeddings);
    }

    private static void WriteFamily(Utf8JsonWriter json, TransformerConfig config, ModelFamily family)
    {
        if (family == ModelFamily.Llama)
        {
            json.WriteBoolean("attention_bias", config.HasQueryKeyValueBias);
            json.WriteBoolean("mlp_bias", config.HasFeedForwardBias);
            return;
        }

        WriteOptional(json, "sliding_window", config.SlidingWindow);
        if (family == ModelFamily.Qwen2)
        {
            json.WriteBoolean("use_sliding_window", config.SlidingWindow is not null);
            json.WriteNumber("max_window_layers", config.SlidingWindow is null ? config.LayerCount : 0);
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    // A family that cannot say what the model is would make another model of it.
    private static ModelFamily FindFamily(TransformerConfig config)
    {
        var family = ModelFamily.Find(config.ModelType) ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration,
            $"model type '{config.ModelType}' has no Hugging Face form; these have: {ModelFamily.Names}");
        var isLlama = family == ModelFamily.Llama;
        var fits = config.HasOutputBias == (isLlama && config.HasQueryKeyValueBias)
            && (isLlama || config.HasQueryKeyValueBias == (family == ModelFamily.Qwen2))
            && (isLlama || !config.HasFeedForwardBias)
            && !(isLlama && config.SlidingWindow is not null);
        return fits ? family : throw new LlmEfficiencyException(
            ErrorKind.Configuration,
            $"model type '{config.ModelType}' cannot have these biases or this window: "
            + $"choose another of {ModelFamily.Names}");
    }

    private static string NameOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => "float32",
        ScalarType.Float16 => "float16",
        ScalarType.BFloat16 => "bfloat16",
        ScalarType.Float64 => "float64",
        _ => throw new ArgumentException($"no model has elements of {type}", nameof(type)),
    };
}
