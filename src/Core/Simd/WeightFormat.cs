namespace LlmEfficiency.Core.Simd;

/// <summary>How the engine keeps a model's matrices; norms and biases are fp32 in all of them.</summary>
public enum WeightFormat
{
    /// <summary>Single precision: 4 bytes a weight.</summary>
    Fp32,

    /// <summary>bfloat16: 2 bytes a weight. Rows are rounded likewise, products are added up in fp32.</summary>
    Bf16,

    /// <summary>Bytes with a bf16 scale for thirty-two inputs of an output: 1.0625 bytes a weight. Rows are rounded to bytes likewise.</summary>
    Quantized8,

    /// <summary>Half-bytes with such scales: 0.5625 bytes a weight. Rows are rounded to bytes.</summary>
    Quantized4,
}
