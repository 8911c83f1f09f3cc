namespace LlmEfficiency.Core.Simd;

/// <summary>Whether a weight takes a byte or half of one, known when a kernel is compiled.</summary>
internal interface IByteSize
{
    /// <summary>Gets whether it is half a byte.</summary>
    static abstract bool IsHalf { get; }
}
