namespace LlmEfficiency.Core.Devices;

/// <summary>The memory of one GPU, over all processes, in bytes.</summary>
/// <param name="Free">What can still be allocated.</param>
/// <param name="Total">All there is.</param>
public sealed record CudaMemory(long Free, long Total)
{
    /// <summary>Gets what all processes hold, libtorch's own cache of freed blocks included.</summary>
    public long Used => Total - Free;
}
