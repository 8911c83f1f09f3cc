using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Training;
using LlmEfficiency.Crash;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

/// <summary>Training runs in folders of their own over the same texts.</summary>
internal sealed class RunRig : IDisposable
{
    private readonly TemporaryFolder _work = new();

    public RunRig() => Settings = TinyTraining.Prepare(Inputs);

    public string Inputs => _work.File("inputs");

    public RunSettings Settings { get; set; }

    /// <summary>Returns the folder of a run.</summary>
    public string Folder(string name) => _work.File(name);

    /// <summary>Runs from the beginning to the end, or to a step.</summary>
    public TrainingOutcome Start(string name, long stopAt = long.MaxValue, int threads = 1, IFileOperations? files = null)
    {
        using var run = TrainingRun.Start(Settings, Folder(name), Host(threads, files));
        return Execute(run, stopAt);
    }

    /// <summary>Goes on to the end, or to a step.</summary>
    public TrainingOutcome Resume(
        string name, long stopAt = long.MaxValue, int threads = 1, RunSettings? settings = null, IFileOperations? files = null)
    {
        using var run = TrainingRun.Resume(Folder(name), settings, Host(threads, files), Assert.Fail);
        return Execute(run, stopAt);
    }

    public static LlmEfficiencyException Refused(Action action) => Assert.IsType<LlmEfficiencyException>(Record.Exception(action));

    public byte[] Metrics(string name) => File.ReadAllBytes(Path.Join(Folder(name), "metrics.jsonl"));

    public IReadOnlyList<MetricRow> Rows(string name) => MetricLog.Read(Path.Join(Folder(name), "metrics.jsonl"));

    public byte[] Weights(string name) => File.ReadAllBytes(Path.Join(Folder(name), "model", "model.safetensors"));

    /// <summary>Returns the checkpoints that are there; each is whole.</summary>
    public IReadOnlyList<long> Checkpoints(string name)
    {
        var store = new CheckpointStore(Path.Join(Folder(name), "checkpoints"), new DiskOperations());
        Assert.All(store.Steps, step => store.Open(step));
        return store.Steps;
    }

    /// <summary>Returns the manifest of a checkpoint, which has a hash of every file.</summary>
    public byte[] Manifest(string name, long step) =>
        File.ReadAllBytes(Path.Join(Folder(name), "checkpoints", $"step-{step:D8}", "manifest.json"));

    public void Dispose() => _work.Dispose();

    private static TrainingHost Host(int threads, IFileOperations? files) =>
        TinyTraining.Host(threads) is var host && files is null ? host : host with { Files = files };

    private static TrainingOutcome Execute(TrainingRun run, long stopAt) =>
        run.Execute(() => run.State.Step >= stopAt ? StopReason.Terminate : null);
}
