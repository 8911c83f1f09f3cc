namespace LlmEfficiency.Benchmarks;

/// <summary>Says how many bytes one operation works through, so that the tables show a rate.</summary>
/// <param name="bytes">The bytes.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BytesPerOperationAttribute(long bytes) : Attribute
{
    /// <summary>Gets the bytes of one operation.</summary>
    public long Bytes { get; } = bytes;
}
