using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Plans;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>Prunes a stored model into a new folder.</summary>
public static class PruningRun
{
    /// <summary>Prunes.</summary>
    /// <param name="settings">What goes.</param>
    /// <param name="source">The model: a folder, a file or a name, as everywhere.</param>
    /// <param name="target">The new folder, which appears whole or not at all; null only finds out what would go.</param>
    /// <param name="host">Where it runs; null takes the processor.</param>
    /// <returns>What was done, as <c>pruning.json</c> in the folder says it.</returns>
    /// <exception cref="Core.Errors.LlmEfficiencyException">
    /// A setting cannot work, the model or the texts cannot be read, or the folder is not empty or cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The host wished to stop; nothing is left behind.</exception>
    public static PruningReport Run(PruningSettings settings, string source, string? target, PruningHost? host = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        host ??= new PruningHost();
        if (target is not null)
        {
            WholeFolder.RequireEmpty(target);
        }

        using var model = StoredModel.Open(ModelLocation.Find(source));
        WeightLoader.Check(model.Weights, model.Config);
        var pruner = Pruners.Find(settings.Method).Create(settings);
        var texts = pruner.NeedsCalibration && settings.Calibration.Data.Count > 0
            ? CalibrationSet.Of(settings.Calibration, model)
            : null;
        var plan = pruner.Plan(new PruningInput(model, texts, host.Device) { Progress = host.Progress, Cancellation = host.Cancellation });
        if (target is null)
        {
            return Report(plan.Apply(null));
        }

        PruningReport? report = null;
        WholeFolder.Write(target, part => report = Write(part));
        return report!;

        PruningReport Write(string folder)
        {
            model.WriteTokenizer(folder);
            using var checkpoint = new IncrementalCheckpoint(
                folder, PruningDescription.Config(model, plan), name => model.Weights.Entries[name].Type, host.MaxShardBytes);
            var made = Report(plan.Apply((name, tensor) =>
            {
                host.Cancellation.ThrowIfCancellationRequested();
                checkpoint.Write(name, tensor);
            }));
            AtomicFile.WriteText(Path.Join(folder, PruningReport.FileName), made.ToJson());
            checkpoint.Finish(model.Defaults);
            return made;
        }

        PruningReport Report(PruningOutcome outcome) => PruningDescription.Report(settings, source, texts, (model, plan), outcome);
    }
}
