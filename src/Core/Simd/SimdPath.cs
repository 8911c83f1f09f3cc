namespace LlmEfficiency.Core.Simd;

/// <summary>The vector instructions that the kernels are compiled for.</summary>
public enum SimdPath
{
    /// <summary>Vectors of four, which every processor has or imitates.</summary>
    Portable,

    /// <summary>AVX2 with fused multiply-add: vectors of eight.</summary>
    Avx2,

    /// <summary>AVX-512 (F, BW, VL): vectors of sixteen.</summary>
    Avx512,
}
