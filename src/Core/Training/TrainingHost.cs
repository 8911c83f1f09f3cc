using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Training;

/// <summary>Where a run runs: nothing in it changes the result on the same kind of machine.</summary>
/// <param name="Device">The device of the passes.</param>
/// <param name="Threads">How many threads compute gradients on a processor.</param>
/// <param name="Tasks">Finds the documents of a synthetic task, held-out ones if asked for.</param>
/// <param name="Time">The clock of logs and progress.</param>
public sealed record TrainingHost(ComputeDevice Device, int Threads, Func<SourceSettings, bool, DocumentSeries> Tasks, TimeProvider Time)
{
    /// <summary>Gets what measures the model at each evaluation, beside the tasks of the settings.</summary>
    public IReadOnlyList<IEvaluationHook> Hooks { get; init; } = [];

    /// <summary>Gets the disk that checkpoints go to; a test takes one that fails.</summary>
    public IFileOperations Files { get; init; } = new DiskOperations();
}
