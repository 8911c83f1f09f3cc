using LlmEfficiency.Core.Runs;
using LlmEfficiency.Crash;
using LlmEfficiency.SparseRL.Training;
using LlmEfficiency.Testing;

namespace LlmEfficiency.SparseRL.Tests.Training;

/// <summary>Runs in folders of their own that train a tiny policy in a moment.</summary>
internal sealed class RlRig : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RlRig() => Settings = TinyRl.Prepare(Policy);

    public static string TokenizerFolder => TinyRl.TokenizerFolder;

    public RlSettings Settings { get; set; }

    public string Policy => _folder.File("policy");

    public static RlHost Host(int threads) => TinyRl.Host(threads);

    public string Folder(string run) => _folder.File(run);

    public RlOutcome Start(string run, long? stopAt = null, int threads = 1)
    {
        using var started = RlRun.Start(Settings, Folder(run), Host(threads));
        return started.Execute(() => started.State.Iteration == stopAt ? StopReason.Terminate : null);
    }

    public RlOutcome Resume(string run, long? stopAt = null, int threads = 1, RlSettings? settings = null)
    {
        using var resumed = RlRun.Resume(Folder(run), settings, Host(threads), _ => { });
        return resumed.Execute(() => resumed.State.Iteration == stopAt ? StopReason.Terminate : null);
    }

    public byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Join(Folder(run), file));

    public IReadOnlyList<MetricRow> Rows(string run) => MetricLog.Read(Path.Join(Folder(run), "metrics.jsonl"));

    public IReadOnlyList<double> Metric(string run, string name) =>
        [.. Rows(run).Where(row => row.Values.ContainsKey(name)).Select(row => row.Values[name])];

    public void Dispose() => _folder.Dispose();
}
