using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Crash;

/// <summary>Reinforcement learning on compressed rollouts.</summary>
public sealed class RlWorkload : IWorkload
{
    /// <inheritdoc/>
    public string Name => "rl";

    /// <inheritdoc/>
    public IReadOnlyList<GrowingFile> Logs { get; } = [new("metrics.jsonl", "step"), new("rollouts.jsonl", "iteration")];

    /// <inheritdoc/>
    public int MostSteps => 8;

    /// <inheritdoc/>
    public TimeSpan MostDelay => TimeSpan.FromMilliseconds(60);

    /// <inheritdoc/>
    public void Prepare(string inputs, string settings, string keepAll)
    {
        var tiny = TinyRl.Prepare(inputs);
        tiny = tiny with
        {
            Training = tiny.Training with { Iterations = 20 },
            Evaluation = tiny.Evaluation with { Every = 4 },
            Checkpoints = tiny.Checkpoints with { Every = 3, Keep = 2, KeepBest = true },
        };
        TinyRl.Write(settings, tiny);
        TinyRl.Write(keepAll, tiny with { Checkpoints = tiny.Checkpoints with { Keep = int.MaxValue } });
    }

    /// <inheritdoc/>
    public StopReason? Run(string settings, string folder, int threads, Func<StopReason?> requested, Action<long> tell)
    {
        ArgumentNullException.ThrowIfNull(tell);
        using var run = ChildCommand.IsBegun(folder)
            ? RlRun.Resume(folder, null, TinyRl.Host(threads), Console.Error.WriteLine)
            : RlRun.Start(SettingsFile.Read(settings, [], RlJson.Default.RlSettings), folder, TinyRl.Host(threads));
        tell(run.State.Iteration);
        return run.Execute(requested, progress => tell(progress.Iteration)).Stop;
    }
}
