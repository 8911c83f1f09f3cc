using System.Buffers.Binary;
using System.Text.Json;
using LlmEfficiency.P2Law.Depth;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Width;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests.Pruning;

/// <summary>
/// What other loaders find: the fields that transformers' <c>LlamaConfig</c> and <c>Qwen2Config</c> read, and the tensors that
/// <c>LlamaForCausalLM</c> and <c>Qwen2ForCausalLM</c> make of them. Written from their code; ours reads nothing here.
/// </summary>
public sealed class PrunedFolderTests : IDisposable
{
    private static readonly Dictionary<string, string> Llama = new()
    {
        ["architectures"] = "[\"LlamaForCausalLM\"]",
        ["model_type"] = "\"llama\"",
        ["vocab_size"] = "264",
        ["hidden_size"] = "32",
        ["intermediate_size"] = "48",
        ["num_hidden_layers"] = "4",
        ["num_attention_heads"] = "6",
        ["num_key_value_heads"] = "2",
        ["head_dim"] = "8",
        ["max_position_embeddings"] = "128",
        ["rms_norm_eps"] = "1E-06",
        ["hidden_act"] = "\"silu\"",
        ["tie_word_embeddings"] = "true",
        ["rope_theta"] = "10000",
        ["rope_scaling"] = "null",
        ["attention_bias"] = "false",
        ["mlp_bias"] = "false",
        ["bos_token_id"] = "null",
        ["eos_token_id"] = "256",
        ["pad_token_id"] = "null",
        ["torch_dtype"] = "\"bfloat16\"",
    };

    private static readonly Dictionary<string, string> Qwen2 = new(Llama.Where(pair => !pair.Key.EndsWith("_bias", StringComparison.Ordinal)))
    {
        ["architectures"] = "[\"Qwen2ForCausalLM\"]",
        ["model_type"] = "\"qwen2\"",
        ["tie_word_embeddings"] = "false",
        ["rope_theta"] = "1000000",
        ["sliding_window"] = "null",
        ["use_sliding_window"] = "false",
        ["max_window_layers"] = "4",
    };

    private readonly StoredTiny _tiny = new();

    public static TheoryData<string, string> Cases => new()
    {
        { "llama", "depth" }, { "llama", "width" }, { "llama", "sparse" }, { "qwen2", "depth" }, { "qwen2", "width" }, { "qwen2", "sparse" },
    };

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Other_loaders_find_the_fields_they_read_and_the_tensors_that_follow(string family, string method)
    {
        var source = _tiny.Write(StoredTiny.Families[family] with { EndOfSequence = [256] }, type: ScalarType.BFloat16);
        var (_, folder) = _tiny.Prune(source, Settings(method));
        var config = JsonDocument.Parse(File.ReadAllText(Path.Join(folder, "config.json"))).RootElement;
        var found = config.EnumerateObject().ToDictionary(field => field.Name, field => JsonSerializer.Serialize(field.Value));
        Assert.Equal(Expected(family, method).OrderBy(pair => pair.Key, StringComparer.Ordinal), found.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(Tensors(config).OrderBy(pair => pair.Key, StringComparer.Ordinal), Header(folder).OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    // Exact zero channels: the constant of the norms grows with what is left out of their mean.
    [Fact]
    public void The_constant_of_the_norms_is_written_where_pruning_changes_it()
    {
        var source = _tiny.Write(StoredTiny.Llama);
        var (_, folder) = _tiny.Prune(source, new PruningSettings { Method = "width", Width = new WidthSettings { Hidden = 24, Norm = NormScale.Sqrt } });
        var config = JsonDocument.Parse(File.ReadAllText(Path.Join(folder, "config.json"))).RootElement;
        Assert.Equal(1e-6 * 32 / 24, config.GetProperty("rms_norm_eps").GetDouble(), 1e-20);
    }

    private static PruningSettings Settings(string method) => new()
    {
        Method = method,
        Depth = new DepthSettings { Metric = LayerMetrics.Manual, Drop = [1] },
        Width = new WidthSettings { Hidden = 24, Ffn = 40, Heads = 4 },
    };

    private static Dictionary<string, string> Expected(string family, string method)
    {
        var expected = new Dictionary<string, string>(family == "llama" ? Llama : Qwen2);
        if (method == "depth")
        {
            expected["num_hidden_layers"] = "3";
            if (family == "qwen2")
            {
                expected["max_window_layers"] = "3";
            }
        }
        else if (method == "width")
        {
            // 24 / 4 is no width of a head: without head_dim another model would be made.
            (expected["hidden_size"], expected["intermediate_size"], expected["num_attention_heads"]) = ("24", "40", "4");
        }

        return expected;
    }

    private static Dictionary<string, string> Tensors(JsonElement config)
    {
        int Size(string name) => config.GetProperty(name).GetInt32();
        var (hidden, inner, vocabulary) = (Size("hidden_size"), Size("intermediate_size"), Size("vocab_size"));
        var (queries, keys) = (Size("num_attention_heads") * Size("head_dim"), Size("num_key_value_heads") * Size("head_dim"));
        var hasBias = config.GetProperty("model_type").GetString() == "qwen2";      // of queries, keys and values
        var tensors = new Dictionary<string, string> { ["model.embed_tokens.weight"] = $"BF16 {vocabulary}x{hidden}", ["model.norm.weight"] = $"BF16 {hidden}" };
        if (!config.GetProperty("tie_word_embeddings").GetBoolean())
        {
            tensors["lm_head.weight"] = $"BF16 {vocabulary}x{hidden}";
        }

        for (var layer = 0; layer < Size("num_hidden_layers"); layer++)
        {
            var at = $"model.layers.{layer}";
            foreach (var (part, width) in new[] { ("q", queries), ("k", keys), ("v", keys) })
            {
                tensors[$"{at}.self_attn.{part}_proj.weight"] = $"BF16 {width}x{hidden}";
                if (hasBias)
                {
                    tensors[$"{at}.self_attn.{part}_proj.bias"] = $"BF16 {width}";
                }
            }

            tensors[$"{at}.self_attn.o_proj.weight"] = $"BF16 {hidden}x{queries}";
            tensors[$"{at}.mlp.gate_proj.weight"] = tensors[$"{at}.mlp.up_proj.weight"] = $"BF16 {inner}x{hidden}";
            tensors[$"{at}.mlp.down_proj.weight"] = $"BF16 {hidden}x{inner}";
            tensors[$"{at}.input_layernorm.weight"] = tensors[$"{at}.post_attention_layernorm.weight"] = $"BF16 {hidden}";
        }

        return tensors;
    }

    // Eight bytes that tell the length of a JSON text, and that text: of each tensor its type, its shape and where it lies.
    private static Dictionary<string, string> Header(string folder)
    {
        var bytes = File.ReadAllBytes(Path.Join(folder, "model.safetensors"));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement;
        Assert.Equal("pt", header.GetProperty("__metadata__").GetProperty("format").GetString());
        return header.EnumerateObject().Where(entry => entry.Name != "__metadata__").ToDictionary(
            entry => entry.Name,
            entry => $"{entry.Value.GetProperty("dtype").GetString()} {string.Join('x', entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()))}");
    }
}
