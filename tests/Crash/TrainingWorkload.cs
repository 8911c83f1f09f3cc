using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.Crash;

/// <summary>Training on texts.</summary>
public sealed class TrainingWorkload : IWorkload
{
    /// <inheritdoc/>
    public string Name => "train";

    /// <inheritdoc/>
    public IReadOnlyList<GrowingFile> Logs { get; } = [new("metrics.jsonl", "step")];

    /// <inheritdoc/>
    public int MostSteps => 25;

    /// <inheritdoc/>
    public TimeSpan MostDelay => TimeSpan.FromMilliseconds(12);

    /// <inheritdoc/>
    public void Prepare(string inputs, string settings, string keepAll)
    {
        var tiny = TinyTraining.Prepare(inputs);
        tiny = tiny with { Training = tiny.Training with { Steps = 150 } };
        TinyTraining.Write(settings, tiny);
        TinyTraining.Write(keepAll, tiny with { Checkpoints = tiny.Checkpoints with { Keep = int.MaxValue } });
    }

    /// <inheritdoc/>
    public StopReason? Run(string settings, string folder, int threads, Func<StopReason?> requested, Action<long> tell)
    {
        ArgumentNullException.ThrowIfNull(tell);
        using var run = ChildCommand.IsBegun(folder)
            ? TrainingRun.Resume(folder, null, TinyTraining.Host(threads), Console.Error.WriteLine)
            : TrainingRun.Start(SettingsFile.Read(settings, [], TrainingJson.Default.RunSettings), folder, TinyTraining.Host(threads));
        tell(run.State.Step);
        return run.Execute(requested, progress => tell(progress.Report.Step)).Stop;
    }
}
