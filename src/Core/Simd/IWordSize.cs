namespace LlmEfficiency.Core.Simd;

/// <summary>How many numbers of an output a 32-bit word of a matrix holds.</summary>
internal interface IWordSize
{
    /// <summary>Gets the number: of that many neighbouring inputs, the first in the lowest bits.</summary>
    static abstract int Numbers { get; }
}
