using System.Text;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Model configurations; an accepted one is written and read again, and must be the same.</summary>
public static class ConfigTarget
{
    private const string Llama =
        """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":64,"hidden_size":32,"intermediate_size":48,
        "num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"rope_theta":500000.0,"rope_scaling":{"factor":8.0,
        "low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192,"rope_type":"llama3"},
        "eos_token_id":[1,2],"torch_dtype":"bfloat16","tie_word_embeddings":true}
        """;

    private const string Qwen =
        """
        {"model_type":"qwen2","vocab_size":64,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,"num_attention_heads":4,
        "num_key_value_heads":2,"use_sliding_window":true,"max_window_layers":0,"sliding_window":16,"hidden_act":"silu",
        "rope_parameters":{"rope_type":"linear","rope_theta":1e6,"factor":4},"dtype":"float16","eos_token_id":3}
        """;

    private const string Mistral =
        """
        {"model_type":"mistral","vocab_size":64,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,"num_attention_heads":8,
        "head_dim":16,"sliding_window":null,"rms_norm_eps":1e-05,"max_position_embeddings":128,"bos_token_id":1,"pad_token_id":-1}
        """;

    /// <summary>Makes the target.</summary>
    public static FuzzTarget Make() => new(
        "config",
        100_000,
        [Encoding.UTF8.GetBytes(Llama), Encoding.UTF8.GetBytes(Qwen), Encoding.UTF8.GetBytes(Mistral)],
        Read,
        [
            "\"head_dim\":", "\"vocab_size\":", "\"hidden_size\":", "null", "true", "[", "]", "{", "}", "-1", "0", "1e999", "2147483648", "NaN",
            "\"yarn\"", "\"quantization_config\":{}", "\"gelu\"", "\\ud800", "\"layer_types\":[\"full_attention\"],", "9999999999999999999",
        ]);

    private static void Read(byte[] input)
    {
        var config = Parse(input);
        var text = config.ToJson();
        var again = Parse(Encoding.UTF8.GetBytes(text)).ToJson();
        if (text != again)
        {
            throw new InvalidOperationException($"written and read again, the configuration is another: {again}");
        }
    }

    private static HuggingFaceConfig Parse(byte[] text)
    {
        using var file = MappedFile.FromBytes(HuggingFaceConfig.FileName, text);
        return HuggingFaceConfig.Read(file);
    }
}
