using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;

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
        var report = cell.Method is null ? null : Prune(cell, stop);
        var run = SweepRecipe.OfCell(settings, cell, folder.Pruned(cell), folder.BaseModel(cell.Base));
        if (!Train(run, folder.CellRun(cell), stop, progress))
        {
            return null;
        }

        var result = Collect(cell, report, run.Training.LearningRate);
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

    private PruningReport Prune(SweepCell cell, Func<StopReason?> stop)
    {
        var target = folder.Pruned(cell);
        if (PruningReport.Read(target) is { } done)
        {
            return done;
        }

        foreach (var left in Directory.Exists(folder.Cell(cell)) ? Directory.GetDirectories(folder.Cell(cell), "pruned.*.tmp") : [])
        {
            Directory.Delete(left, recursive: true); // of a process that was killed
        }

        using var cancellation = new CancellationTokenSource();
        var host = new PruningHost { Progress = new StopWatcher(stop, cancellation), Cancellation = cancellation.Token };
        return PruningRun.Run(SweepRecipe.OfPruning(cell, folder.Texts), folder.BaseModel(cell.Base), target, host);
    }

    private SweepResult Collect(SweepCell cell, PruningReport? report, double rate)
    {
        var before = report?.ParametersBefore ?? ParameterCounts.Of(
            HuggingFaceConfig.Open(Path.Join(folder.BaseModel(cell.Base), HuggingFaceConfig.FileName)).Transformer);
        var size = cell.Base.Size;
        var curve = SweepCurve.Read(folder.CellRun(cell));
        return new SweepResult
        {
            Run = cell.Name,
            Base = cell.Base.Name,
            Size = size.Name,
            Seed = cell.Base.Seed,
            Method = cell.MethodName,
            Settings = SweepFolder.Hash(settings, cell),
            CodeVersion = RunManifest.CurrentVersion,
            ParametersBefore = before.Total,
            ParametersAfter = (report?.ParametersAfter ?? before).Total,
            Rates = report?.Rates ?? new PruningRates(0, 0, 0),
            BaseTokens = size.From is null ? size.Tokens ?? settings.BaseTokens : size.Tokens,
            LearningRate = rate,
            LossBefore = curve.LossBefore,
            Points = curve.Points.Count > 0 ? curve.Points : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.CellRun(cell)}: holds no loss: no document is held out, so set data.validation or data.validation_fraction"),
        };
    }

    /// <summary>Asks between two layers whether to stop.</summary>
    private sealed class StopWatcher(Func<StopReason?> stop, CancellationTokenSource cancellation) : IProgress<PruningProgress>
    {
        public void Report(PruningProgress value)
        {
            if (stop() is not null)
            {
                cancellation.Cancel();
            }
        }
    }
}
