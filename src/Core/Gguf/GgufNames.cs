using System.Collections.Frozen;
using System.Globalization;

namespace LlmEfficiency.Core.Gguf;

/// <summary>From the tensor names of GGUF to those of Hugging Face.</summary>
internal static class GgufNames
{
    private static readonly FrozenDictionary<string, string> Whole = new Dictionary<string, string>
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> InBlock = new Dictionary<string, string>
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Returns the Hugging Face name; a name that has no counterpart (<c>rope_freqs.weight</c>) stays as it is.
    /// </summary>
    public static string ToHuggingFace(string name)
    {
        var parts = name.Split('.');
        if (parts is not [.., "weight" or "bias"])
        {
            return name;
        }

        if (parts.Length == 2 && Whole.TryGetValue(parts[0], out var whole))
        {
            return $"{whole}.{parts[1]}";
        }

        return parts is ["blk", var number, var part, var kind]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
            && InBlock.TryGetValue(part, out var inBlock)
            ? string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{inBlock}.{kind}")
            : name;
    }

    /// <summary>Returns whether a Hugging Face name is a query or key projection's weight or bias, and which.</summary>
    public static (bool IsQuery, bool IsKey) Rotated(string huggingFaceName) =>
        (huggingFaceName.Contains(".self_attn.q_proj.", StringComparison.Ordinal),
            huggingFaceName.Contains(".self_attn.k_proj.", StringComparison.Ordinal));
}
