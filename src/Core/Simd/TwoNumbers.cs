namespace LlmEfficiency.Core.Simd;

/// <summary>Two bf16.</summary>
internal readonly struct TwoNumbers : IWordSize
{
    public static int Numbers => 2;
}
