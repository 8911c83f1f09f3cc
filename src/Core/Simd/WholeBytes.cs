namespace LlmEfficiency.Core.Simd;

/// <summary>A byte a weight.</summary>
internal readonly struct WholeBytes : IByteSize
{
    public static bool IsHalf => false;
}
