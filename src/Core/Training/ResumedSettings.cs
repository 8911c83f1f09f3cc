using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Core.Training;

/// <summary>With which settings and inputs a run goes on.</summary>
public static class ResumedSettings
{
    private static readonly string[] Free =
        ["settings.description", "settings.training.steps", "settings.training.decay_steps", "settings.evaluation.", "settings.checkpoints.", "settings.logging."];

    /// <summary>Describes a run that begins.</summary>
    internal static RunManifest Describe(RunSettings settings, TrainingInputs inputs, TimeProvider time) => RunManifest.Describe(
        RunSettings.TrainKind, SettingsText.ToElement(settings, TrainingJson.Default.RunSettings), inputs.Fingerprints(), time);

    /// <summary>Reads the settings that a run began with.</summary>
    /// <exception cref="LlmEfficiencyException">It is no training run, or one of another version.</exception>
    public static RunSettings Read(RunFolder folder)
    {
        if (folder.Manifest.Kind != RunSettings.TrainKind)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.FullPath}: is a run of kind '{folder.Manifest.Kind}': resume it with the command that made it");
        }

        return SettingsFile.Parse(
            $"the settings of {folder.FullPath}", Encoding.UTF8.GetBytes(folder.Manifest.Settings.GetRawText()), [], TrainingJson.Default.RunSettings);
    }

    /// <summary>Takes over settings that do not change the steps already made.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="wanted">The settings to go on with; null for those of the run.</param>
    /// <param name="step">The step from which it goes on.</param>
    /// <exception cref="LlmEfficiencyException">Other keys differ; the message lists them.</exception>
    internal static RunSettings Merge(RunFolder folder, RunSettings? wanted, long step)
    {
        var saved = Read(folder);
        var settings = wanted ?? saved;
        settings.Validate();
        var changes = folder.RequireSettings(SettingsText.ToElement(settings, TrainingJson.Default.RunSettings), Free);
        if (IsSchedule(changes) && !KeepsRates(saved.Training, settings.Training, step))
        {
            throw folder.RefuseChange(["settings.training.steps (the rates of steps already made would change)"]);
        }

        return settings;
    }

    /// <summary>Writes settings into the run if they are not those it has, with the inputs that they name.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be written.</exception>
    internal static void Keep(RunFolder folder, RunSettings settings, TrainingInputs inputs)
    {
        var manifest = folder.Manifest with
        {
            Settings = SettingsText.ToElement(settings, TrainingJson.Default.RunSettings),
            Fingerprints = inputs.Fingerprints(),
        };
        if (folder.Manifest.Differences(manifest).Count > 0)
        {
            folder.Rewrite(manifest);
        }
    }

    private static bool IsSchedule(IReadOnlyList<string> changes) =>
        changes.Contains("settings.training.steps") || changes.Contains("settings.training.decay_steps");

    private static bool KeepsRates(OptimizationSettings saved, OptimizationSettings wanted, long step) =>
        Enumerable.Range(0, (int)step).All(made => Share(saved, made) == Share(wanted, made));

    private static double Share(OptimizationSettings settings, long step) => LearningRateSchedule.Share(
        settings.Schedule, step, settings.Steps, settings.WarmupSteps, settings.DecaySteps, settings.FinalShare);
}
