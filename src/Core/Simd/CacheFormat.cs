namespace LlmEfficiency.Core.Simd;

/// <summary>How the engine keeps keys and values.</summary>
public enum CacheFormat
{
    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16.</summary>
    Bf16,

    /// <summary>Bytes, with a scale for each key and each value of a head.</summary>
    Quantized8,
}
