using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Explains settings to a person.</summary>
internal static class SettingsKeysText
{
    /// <summary>Writes for each setting its path, values and default, and below what it means.</summary>
    public static void Write(TextWriter output, IReadOnlyList<SettingsKey> keys)
    {
        foreach (var key in keys)
        {
            var byDefault = key.Default is null ? "must be set" : $"{key.Default} by default";
            output.WriteLine($"{key.Path}: {key.Type}; {byDefault}");
            if (key.Summary.Length > 0)
            {
                output.WriteLine($"    {key.Summary}");
            }
        }
    }
}
