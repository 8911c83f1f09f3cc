namespace LlmEfficiency.Core.Simd;

/// <summary>A single.</summary>
internal readonly struct OneNumber : IWordSize
{
    public static int Numbers => 1;
}
