using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Core.Training;

/// <summary>What a run folder says about how to go on.</summary>
internal static class ResumedSettings
{
    /// <summary>Reads the settings that the run began with.</summary>
    /// <exception cref="LlmEfficiencyException">It is no training run, or one of another version.</exception>
    public static RunSettings Read(RunFolder folder)
    {
        if (folder.Manifest.Kind != RunSettings.TrainKind)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.FullPath}: is a run of kind '{folder.Manifest.Kind}': resume it with the command that made it");
        }

        try
        {
            var settings = folder.Manifest.Settings.Deserialize(TrainingJson.Default.RunSettings)!;
            settings.Validate();
            return settings;
        }
        catch (JsonException problem)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.FullPath}: its settings cannot be read by this version: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    /// <summary>Refuses other data than the run began with, and tells what else is different.</summary>
    public static void Compare(RunFolder folder, TrainingInputs inputs, TimeProvider time, Action<string> warn)
    {
        var now = RunManifest.Describe(folder.Manifest.Kind, folder.Manifest.Settings, inputs.Fingerprints(), time);
        var differences = folder.Manifest.Differences(now);
        var data = differences.Where(difference => difference.Key.StartsWith("fingerprints.", StringComparison.Ordinal)).ToList();
        if (data.Count > 0)
        {
            var names = string.Join(", ", data.Select(difference => difference.Key["fingerprints.".Length..]));
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.FullPath}: cannot go on, other inputs than at its start: {names}: restore the files, or start a new run");
        }

        foreach (var difference in differences)
        {
            warn($"{difference.Key} was {difference.Mine ?? "absent"} when the run began and is {difference.Other ?? "absent"} now: results may differ in the last bits");
        }

        if (folder.Manifest.Machine.GetValueOrDefault("features") is { } features && features != now.Machine["features"])
        {
            warn("the run began on a processor with other vector instructions: results may differ in the last bits");
        }
    }
}
