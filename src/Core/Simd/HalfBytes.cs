namespace LlmEfficiency.Core.Simd;

/// <summary>Half a byte a weight.</summary>
internal readonly struct HalfBytes : IByteSize
{
    public static bool IsHalf => true;
}
