using LlmEfficiency.Core.Devices;
using LlmEfficiency.P2Law.Plans;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>Where pruning runs and who is told of it: nothing in it changes what goes, on the same kind of machine.</summary>
public sealed record PruningHost
{
    /// <summary>Gets where passes run; the processor by default.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Gets who is told how far the work is.</summary>
    public IProgress<PruningProgress>? Progress { get; init; }

    /// <summary>Gets the wish to stop; nothing is left behind then.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Gets the size from which the weights are split into files, in bytes.</summary>
    public long MaxShardBytes { get; init; } = Core.Safetensors.ShardWriter.DefaultShardBytes;
}
