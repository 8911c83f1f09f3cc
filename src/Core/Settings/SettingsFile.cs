using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>
/// Reads settings from a JSON file (comments and trailing commas allowed) and from overrides typed on a command line;
/// every key and every value must be known.
/// </summary>
public static class SettingsFile
{
    /// <summary>Reads a file, those it names as its <c>base</c>, and the overrides.</summary>
    /// <param name="path">The file; null leaves everything to the overrides and defaults.</param>
    /// <param name="overrides">
    /// Texts such as <c>training.steps=1000</c>; of two for one setting the later holds.
    /// </param>
    /// <param name="type">The settings' type, from a generated context.</param>
    /// <exception cref="LlmEfficiencyException">
    /// A file cannot be read or is no JSON; a key is unknown, twice there or missing; a value is of the wrong type.
    /// </exception>
    public static T Read<T>(string? path, IReadOnlyList<string> overrides, JsonTypeInfo<T> type)
        where T : class
    {
        var settings = path is null
            ? new SettingsNode(new SettingsSource("settings", null, default, hasLines: false), 0)
                .With(JsonValueKind.Object)
            : SettingsFiles.Read(path);
        var folder = path is null ? null : Path.GetDirectoryName(Path.GetFullPath(path));
        return Resolve(settings, folder, overrides, type);
    }

    /// <summary>Reads settings that are in memory; they have no folder, hence no <c>base</c>.</summary>
    /// <param name="name">What the text is called in messages.</param>
    /// <param name="text">JSON in UTF-8.</param>
    /// <param name="overrides">As in <see cref="Read"/>.</param>
    /// <param name="type">As in <see cref="Read"/>.</param>
    /// <exception cref="LlmEfficiencyException">As in <see cref="Read"/>.</exception>
    public static T Parse<T>(
        string name, ReadOnlyMemory<byte> text, IReadOnlyList<string> overrides, JsonTypeInfo<T> type)
        where T : class =>
        Resolve(SettingsParser.Parse(new SettingsSource(name, null, text, hasLines: true)), null, overrides, type);

    private static T Resolve<T>(
        SettingsNode settings, string? folder, IReadOnlyList<string> overrides, JsonTypeInfo<T> declared)
        where T : class
    {
        var type = new SettingsType(SettingsText.SettableOnly(declared));
        new SettingsCheck(type, isComplete: false).Run(settings);
        SettingsDefaults.Fill(settings, type);
        foreach (var text in overrides)
        {
            new SettingsOverride(type, text, folder).Apply(settings);
            SettingsDefaults.Fill(settings, type);
        }

        new SettingsCheck(type, isComplete: true).Run(settings);
        try
        {
            return (T)JsonSerializer.Deserialize(settings.ToJson(), type.Reader)!;
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException or ArgumentException)
        {
            throw settings.Refuse($"the settings make no {typeof(T).Name}: {problem.Message.ReplaceLineEndings(" ")}");
        }
    }
}
