using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Runs;

/// <summary>
/// All that a run leaves: <c>run.json</c>, <c>metrics.jsonl</c>, <c>timings.jsonl</c> and <c>checkpoints</c>. At most
/// one process writes to it.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string ManifestName = "run.json";
    private const string LockName = "run.lock";

    private readonly FileStream? _lock;

    private RunFolder(string path, RunManifest manifest, FileStream? held, IFileOperations files)
    {
        (FullPath, Manifest, _lock) = (path, manifest, held);
        Metrics = new MetricLog(MetricsPath);
        Timings = new MetricLog(TimingsPath);
        Notes = new NoteLog(Path.Combine(path, "notes.jsonl"));
        Checkpoints = new CheckpointStore(Path.Combine(path, "checkpoints"), files);
    }

    /// <summary>Gets where the run lies.</summary>
    public string FullPath { get; }

    /// <summary>Gets what the run was started with.</summary>
    public RunManifest Manifest { get; private set; }

    /// <summary>Gets the states that were saved.</summary>
    public CheckpointStore Checkpoints { get; }

    /// <summary>Gets the numbers that are the same whenever the run is repeated.</summary>
    public MetricLog Metrics { get; }

    /// <summary>Gets the numbers that are different each time: seconds, tokens a second, memory.</summary>
    public MetricLog Timings { get; }

    /// <summary>Gets what the run noticed.</summary>
    public NoteLog Notes { get; }

    /// <summary>Gets the file of <see cref="Metrics"/>.</summary>
    public string MetricsPath => Path.Combine(FullPath, "metrics.jsonl");

    /// <summary>Gets the file of <see cref="Timings"/>.</summary>
    public string TimingsPath => Path.Combine(FullPath, "timings.jsonl");

    /// <summary>Begins a run.</summary>
    /// <param name="path">A folder that is empty or not there.</param>
    /// <param name="manifest">What the run starts with.</param>
    /// <param name="files">The disk that checkpoints go to; null is the real one.</param>
    /// <exception cref="LlmEfficiencyException">Something lies in the folder, or it cannot be written.</exception>
    /// <remarks>What a process left that was killed before its run had begun is no obstacle.</remarks>
    public static RunFolder Create(string path, RunManifest manifest, IFileOperations? files = null)
    {
        var full = Path.GetFullPath(path);
        return OnDisk(full, () =>
        {
            if (File.Exists(full) || (Directory.Exists(full) && !Directory.EnumerateFileSystemEntries(full).All(IsLeftOver)))
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Input, $"{full}: something lies here already: choose a new folder, or resume the run that lies here");
            }

            Directory.CreateDirectory(full);
            var held = Lock(full);
            foreach (var left in Directory.EnumerateFiles(full, $"{ManifestName}.*"))
            {
                File.Delete(left);
            }

            AtomicFile.Write(Path.Combine(full, ManifestName), file => file.Write(manifest.ToJson()));
            var disk = new DiskOperations();
            disk.FlushFolder(full);
            disk.FlushFolder(Path.GetDirectoryName(full) ?? full);
            return new RunFolder(full, manifest, held, files ?? disk);
        });
    }

    /// <summary>Opens a run.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="readOnly">Whether the run is only looked at; then another process may be writing it.</param>
    /// <param name="files">The disk that checkpoints go to; null is the real one.</param>
    /// <exception cref="LlmEfficiencyException">There is no run, or another process writes it.</exception>
    public static RunFolder Open(string path, bool readOnly = false, IFileOperations? files = null)
    {
        var full = Path.GetFullPath(path);
        var file = Path.Combine(full, ManifestName);
        if (!File.Exists(file))
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{full}: no run lies here: {ManifestName} is not there");
        }

        return OnDisk(full, () =>
        {
            var held = readOnly ? null : Lock(full);
            try
            {
                return new RunFolder(full, RunManifest.Parse(file, File.ReadAllBytes(file)), held, files ?? new DiskOperations());
            }
            catch (LlmEfficiencyException)
            {
                held?.Dispose();
                throw;
            }
        });
    }

    /// <summary>Replaces what the run says about itself: a run that goes on with other settings.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be written.</exception>
    public void Rewrite(RunManifest manifest)
    {
        AtomicFile.Write(Path.Combine(FullPath, ManifestName), file => file.Write(manifest.ToJson()));
        Manifest = manifest;
    }

    /// <summary>Refuses to go on with other settings, but for those that do not change the steps already made.</summary>
    /// <param name="settings">The settings to go on with: a JSON object.</param>
    /// <param name="free">How the names of settings begin that may change, such as <c>settings.evaluation.</c>.</param>
    /// <returns>The names of those that do change.</returns>
    /// <exception cref="LlmEfficiencyException">Others change too; the message lists them.</exception>
    public IReadOnlyList<string> RequireSettings(JsonElement settings, IReadOnlyList<string> free)
    {
        string[] changes =
        [
            .. Manifest.Differences(Manifest with { Settings = settings }).Select(difference => difference.Key)
                .Where(key => key.StartsWith("settings.", StringComparison.Ordinal)),
        ];
        string[] refused = [.. changes.Where(key => !free.Any(start => key.StartsWith(start, StringComparison.Ordinal)))];
        return refused.Length == 0 ? changes : throw RefuseChange(refused);
    }

    /// <summary>Makes the error that says which settings a run cannot go on with.</summary>
    public LlmEfficiencyException RefuseChange(IReadOnlyList<string> keys) => new(
        ErrorKind.Configuration, $"{FullPath}: cannot go on with other values of {string.Join(", ", keys)}: start a new run");

    /// <summary>Refuses to go on with other inputs than the run began with, and tells what else is different.</summary>
    /// <param name="fingerprints">Hashes of the inputs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Is told of what may change the last bits.</param>
    /// <param name="free">The name of an input that may be another; null if none may.</param>
    /// <exception cref="LlmEfficiencyException">The inputs are others.</exception>
    public void RequireInputs(
        IReadOnlyDictionary<string, string> fingerprints, TimeProvider time, Action<string> warn, string? free = null)
    {
        const string Prefix = "fingerprints.";
        var now = RunManifest.Describe(Manifest.Kind, Manifest.Settings, fingerprints, time);
        var differences = Manifest.Differences(now).Where(difference => free is null || difference.Key != Prefix + free).ToList();
        string[] inputs =
        [
            .. differences.Where(difference => difference.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(difference => difference.Key[Prefix.Length..]),
        ];
        if (inputs.Length > 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{FullPath}: cannot go on, other inputs than at its start: {string.Join(", ", inputs)}: restore the files, or start a new run");
        }

        foreach (var difference in differences)
        {
            warn($"{difference.Key} was {difference.Mine ?? "absent"} when the run began and is {difference.Other ?? "absent"} now: "
                + "results may differ in the last bits");
        }

        if (Manifest.Machine.GetValueOrDefault("features") is { } features && features != now.Machine["features"])
        {
            warn("the run began on a processor with other vector instructions: results may differ in the last bits");
        }
    }

    /// <summary>Closes the logs and lets other processes write the run.</summary>
    public void Dispose()
    {
        Metrics.Dispose();
        Timings.Dispose();
        _lock?.Dispose();
    }

    // The lock file, or a description that was not finished: run.json is written whole or not at all.
    private static bool IsLeftOver(string path) =>
        Path.GetFileName(path) is var name && (name == LockName || name.StartsWith($"{ManifestName}.", StringComparison.Ordinal));

    // The system drops the lock with the process, however that ends; the file may stay.
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException problem) when (File.Exists(Path.Combine(folder, LockName)))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder}: another process writes this run: wait for its end, or stop it", problem);
        }
    }

    private static RunFolder OnDisk(string path, Func<RunFolder> open)
    {
        try
        {
            return open();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{path}: cannot be opened: {problem.Message}", problem);
        }
    }
}
