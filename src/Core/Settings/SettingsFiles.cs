using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>Reads a settings file and those it builds on.</summary>
internal static class SettingsFiles
{
    /// <summary>The key that names the file whose settings hold where this one says nothing.</summary>
    public const string Base = "base";

    private const int MaxBytes = 4_000_000;
    private const int MaxFiles = 32;

    /// <summary>Returns one tree of all settings.</summary>
    public static SettingsNode Read(string path) => Read(path, []);

    private static SettingsNode Read(string path, IReadOnlyList<string> above)
    {
        var full = Path.GetFullPath(path);
        var source = new SettingsSource(path, Path.GetDirectoryName(full), ReadBytes(path), hasLines: true);
        var node = SettingsParser.Parse(source);
        if (node.Kind != JsonValueKind.Object || !node.Keys.Remove(Base, out var name))
        {
            return node;
        }

        if (name is not { Kind: JsonValueKind.String, Text.Length: > 0 })
        {
            throw name.Refuse($"'{Base}' is {name}: it must be the path of a settings file, seen from this one");
        }

        var below = Path.Combine(Path.GetDirectoryName(path) ?? "", name.Text);
        IReadOnlyList<string> files = [.. above, full];
        if (files.Contains(Path.GetFullPath(below), StringComparer.Ordinal) || files.Count >= MaxFiles)
        {
            throw name.Refuse(
                $"'{Base}' is {name}: that file builds on this one, or on {MaxFiles} others: leave it out");
        }

        var settings = Read(below, files);
        if (settings.Kind != JsonValueKind.Object)
        {
            throw settings.Refuse($"the settings are {settings}: they must be an object");
        }

        settings.Overlay(node);
        return settings;
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllBytes(path)
                : throw new LlmEfficiencyException(
                    ErrorKind.Input, $"{path}: a settings file has at most {MaxBytes} bytes");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }
}
