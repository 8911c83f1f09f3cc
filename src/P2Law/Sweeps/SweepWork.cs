using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Does one part of a sweep on the thread that asks: each stage that is done is left as it is, and the others go on.</summary>
/// <param name="settings">The sweep.</param>
/// <param name="folder">Its folder.</param>
/// <param name="tokenizer">The folder of the tokenizer.</param>
/// <param name="warn">Is told what the user should know.</param>
internal sealed class SweepWork(SweepSettings settings, SweepFolder folder, string tokenizer, Action<string> warn)
{
    /// <summary>Trains a base.</summary>
    /// <returns>Whether it came to its end.</returns>
    public bool Train(SweepBase one, Func<StopReason?> stop, Action<TrainingProgress> progress) =>
        folder.IsDone(one) || Train(SweepRecipe.OfBase(settings, one, tokenizer), folder.BaseRun(one), stop, progress);

    /// <summary>Prunes, trains and collects a cell.</summary>
    /// <returns>What came of it; null where it was stopped.</returns>
    public SweepResult? Run(SweepCell cell, Func<StopReason?> stop, Action<TrainingProgress> progress)
    {
        var report = cell.Method is null ? null : SweepPruning.Run(folder, cell, stop);
        var run = SweepRecipe.OfCell(settings, cell, folder.Pruned(cell), folder.BaseModel(cell.Base));
        if (!Train(run, folder.CellRun(cell), stop, progress))
        {
            return null;
        }

        var result = SweepResult.Collect(settings, folder, cell, report);
        folder.Write(cell, result);
        return result;
    }

    private bool Train(RunSettings run, string path, Func<StopReason?> stop, Action<TrainingProgress> progress)
    {
        if (File.Exists(Path.Join(path, "model", HuggingFaceConfig.FileName)))
        {
            return true;
        }

        var host = new TrainingHost(ComputeDevice.Cpu, Threads: 1, TaskDocuments.Open, TimeProvider.System);
        using var training = File.Exists(Path.Join(path, "run.json"))
            ? TrainingRun.Resume(path, run, host, warn)
            : TrainingRun.Start(run, path, host);
        foreach (var remark in training.Remarks)
        {
            warn(remark);
        }

        return training.Execute(stop, progress).Stop is null;
    }
}
