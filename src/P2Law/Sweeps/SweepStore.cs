using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>The run folder of a sweep, which one process writes at a time.</summary>
internal static class SweepStore
{
    // What may change in a sweep that goes on: what was made of a size or method tells with which settings.
    private static readonly string[] Free =
        ["settings.description", "settings.sizes", "settings.seeds", "settings.methods", "settings.checkpoints."];

    /// <summary>Begins a sweep, or opens the one that lies in the folder.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="path">The folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="check">Refuses what lies there, before the settings are written down.</param>
    /// <exception cref="LlmEfficiencyException">Something else lies there, or a sweep with other settings.</exception>
    public static RunFolder Open(SweepSettings settings, string path, TimeProvider time, Action<SweepFolder> check)
    {
        var element = SettingsText.ToElement(settings, SweepJson.Default.SweepSettings);
        if (!File.Exists(Path.Join(path, "run.json")))
        {
            return RunFolder.Create(path, RunManifest.Describe(SweepSettings.SweepKind, element, new Dictionary<string, string>(), time));
        }

        var run = RunFolder.Open(path);
        try
        {
            if (run.Manifest.Kind != SweepSettings.SweepKind)
            {
                throw new LlmEfficiencyException(ErrorKind.Input, $"{run.FullPath}: is a run of kind '{run.Manifest.Kind}', no sweep: name a new folder");
            }

            run.RequireSettings(element, Free);
            check(new SweepFolder(run.FullPath));
            run.Rewrite(run.Manifest with { Settings = element });
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }
}
