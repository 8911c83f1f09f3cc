using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Where a run runs: nothing in it changes the result on the same kind of machine.</summary>
/// <param name="Device">The device of the passes.</param>
/// <param name="Threads">How many threads draw and compute gradients.</param>
/// <param name="Time">The clock of logs and progress.</param>
public sealed record RlHost(ComputeDevice Device, int Threads, TimeProvider Time)
{
    /// <summary>Gets the disk that checkpoints go to; a test takes one that fails.</summary>
    public IFileOperations Files { get; init; } = new DiskOperations();
}
