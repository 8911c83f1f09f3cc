using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Crash;

/// <summary>A run that nobody disturbed and that keeps all its checkpoints: what killed runs are compared with, byte by byte.</summary>
/// <param name="workload">The kind of run.</param>
/// <param name="folder">Where it lies.</param>
public sealed class ReferenceRun(IWorkload workload, string folder)
{
    /// <summary>Looks at a run that was killed, before anything repairs it.</summary>
    /// <param name="killed">The run's folder.</param>
    /// <returns>The step of its newest checkpoint, and what is wrong or null.</returns>
    public (long Checkpoint, string? Problem) Compare(string killed)
    {
        var store = StoreOf(killed);
        var latest = store.Steps.Count > 0 ? store.Steps[^1] : 0;
        var problem = store.Steps.Select(step => DifferenceAt(killed, step)).FirstOrDefault(found => found is not null);
        return (latest, problem ?? workload.Logs
            .Select(log => log.FindProblem(Path.Join(folder, log.Name), Path.Join(killed, log.Name), latest))
            .FirstOrDefault(found => found is not null));
    }

    /// <summary>Looks at a run that came to its end.</summary>
    /// <param name="ended">The run's folder.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? CompareEnd(string ended)
    {
        if (workload.Logs.FirstOrDefault(log => !IsSame(Path.Join(folder, log.Name), Path.Join(ended, log.Name))) is { } other)
        {
            return $"{other.Name} is not that of the undisturbed run";
        }

        var (expected, found) = (Path.Join(folder, "model"), Path.Join(ended, "model"));
        var names = Directory.EnumerateFiles(expected).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
        return !names.SequenceEqual(Directory.EnumerateFileSystemEntries(found).Select(Path.GetFileName).Order(StringComparer.Ordinal))
            ? "the model folder has other files"
            : names.FirstOrDefault(name => !IsSame(Path.Join(expected, name), Path.Join(found, name))) is { } different
            ? $"model/{different} is not that of the undisturbed run"
            : null;
    }

    private static bool IsSame(string one, string other) =>
        File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));

    private static CheckpointStore StoreOf(string run) => new(Path.Join(run, "checkpoints"), new DiskOperations());

    // A manifest holds the hash of every file; that the files are those of the manifest is looked at first.
    private string? DifferenceAt(string killed, long step)
    {
        var mine = StoreOf(folder);
        if (!mine.Steps.Contains(step))
        {
            return $"there is a checkpoint of step {step}, of which the undisturbed run has none";
        }

        var name = $"step-{step:D8}";
        var checkpoint = new Checkpoint(step, Path.Join(killed, "checkpoints", name));
        return checkpoint.FindDamage()
            ?? (IsSame(mine.Open(step).PathOf("manifest.json"), checkpoint.PathOf("manifest.json"))
                ? null
                : $"the checkpoint of step {step} is not that of the undisturbed run");
    }
}
