using LlmEfficiency.Core.Runs;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Prunes the base of a cell.</summary>
internal static class SweepPruning
{
    /// <summary>Prunes, unless that is done; <see cref="SweepRemains"/> has looked with which settings.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="cell">The cell; not the control.</param>
    /// <param name="stop">Is asked between two layers whether to stop.</param>
    /// <exception cref="OperationCanceledException">It was stopped; nothing is left behind.</exception>
    public static PruningReport Run(SweepFolder folder, SweepCell cell, Func<StopReason?> stop)
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
        var texts = folder.Texts(cell.Method!.Pruning.Calibration);
        return PruningRun.Run(SweepRecipe.OfPruning(cell, texts), folder.BaseModel(cell.Base), target, host);
    }

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
