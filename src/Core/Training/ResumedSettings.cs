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
        var manifest = folder.Manifest with { Settings = SettingsText.ToElement(settings, TrainingJson.Default.RunSettings) };
        var changes = folder.Manifest.Differences(manifest).Select(difference => difference.Key)
            .Where(key => key.StartsWith("settings.", StringComparison.Ordinal)).ToList();
        var refused = changes.Where(key => !Free.Any(free => key.StartsWith(free, StringComparison.Ordinal))).ToList();
        if (IsSchedule(changes) && !KeepsRates(saved.Training, settings.Training, step))
        {
            refused.Add("settings.training.steps (the rates of steps already made would change)");
        }

        if (refused.Count > 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"{folder.FullPath}: cannot go on with other values of {string.Join(", ", refused)}: start a new run");
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

    /// <summary>Refuses other data than the run began with, and tells what else is different.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="settings">The settings to go on with; another evaluation may look at other validation documents.</param>
    /// <param name="inputs">What they name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">Is told of what may change the last bits.</param>
    /// <exception cref="LlmEfficiencyException">The data are others.</exception>
    internal static void Compare(RunFolder folder, RunSettings settings, TrainingInputs inputs, TimeProvider time, Action<string> warn)
    {
        var isFree = settings.Evaluation != Read(folder).Evaluation;
        var now = RunManifest.Describe(folder.Manifest.Kind, folder.Manifest.Settings, inputs.Fingerprints(), time);
        var differences = folder.Manifest.Differences(now)
            .Where(difference => !isFree || difference.Key != $"fingerprints.{TrainingInputs.ValidationKey}").ToList();
        var data = differences.Where(difference => difference.Key.StartsWith("fingerprints.", StringComparison.Ordinal)).ToList();
        if (data.Count > 0)
        {
            var names = string.Join(", ", data.Select(difference => difference.Key["fingerprints.".Length..]));
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.FullPath}: cannot go on, other inputs than at its start: {names}: restore the files, or start a new run");
        }

        foreach (var difference in differences)
        {
            warn($"{difference.Key} was {difference.Mine ?? "absent"} when the run began and is {difference.Other ?? "absent"} now: "
                + "results may differ in the last bits");
        }

        if (folder.Manifest.Machine.GetValueOrDefault("features") is { } features && features != now.Machine["features"])
        {
            warn("the run began on a processor with other vector instructions: results may differ in the last bits");
        }
    }

    private static bool IsSchedule(List<string> changes) =>
        changes.Contains("settings.training.steps") || changes.Contains("settings.training.decay_steps");

    private static bool KeepsRates(OptimizationSettings saved, OptimizationSettings wanted, long step) =>
        Enumerable.Range(0, (int)step).All(made => Share(saved, made) == Share(wanted, made));

    private static double Share(OptimizationSettings settings, long step) => LearningRateSchedule.Share(
        settings.Schedule, step, settings.Steps, settings.WarmupSteps, settings.DecaySteps, settings.FinalShare);
}
