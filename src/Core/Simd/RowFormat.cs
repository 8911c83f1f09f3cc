namespace LlmEfficiency.Core.Simd;

/// <summary>What the numbers of rows are rounded to before a matrix is multiplied by them.</summary>
internal enum RowFormat
{
    /// <summary>Nothing.</summary>
    Fp32,

    /// <summary>bf16, two neighbours a 32-bit word.</summary>
    Bf16,

    /// <summary>bf16, widened to singles again: for processors that multiply nothing else.</summary>
    Bf16Singles,

    /// <summary>Bytes, four neighbours a word (<see cref="QuantizedRows"/>).</summary>
    Bytes,

    /// <summary>Bytes, the even and the odd of four neighbours as pairs of 16 bits.</summary>
    BytePairs,
}
