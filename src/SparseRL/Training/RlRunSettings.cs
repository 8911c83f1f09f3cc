using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>The settings that a run lies there with.</summary>
public static class RlRunSettings
{
    /// <summary>Reads the settings that a run began with.</summary>
    /// <exception cref="LlmEfficiencyException">It is no run of this kind, or one of another version.</exception>
    public static RlSettings Read(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return folder.Manifest.Kind == RlSettings.RlKind
            ? SettingsFile.Parse(
                $"the settings of {folder.FullPath}",
                Encoding.UTF8.GetBytes(folder.Manifest.Settings.GetRawText()),
                [],
                RlJson.Default.RlSettings)
            : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.FullPath}: is a run of kind '{folder.Manifest.Kind}': resume it with the command that made it");
    }
}
