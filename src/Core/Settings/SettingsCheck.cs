using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>Holds a settings text against a type, so that every error names its place.</summary>
/// <param name="root">The type of the whole text.</param>
/// <param name="isComplete">Whether all required keys must be there already.</param>
internal sealed class SettingsCheck(SettingsType root, bool isComplete)
{
    /// <summary>Throws for the first thing that is wrong.</summary>
    public void Run(SettingsNode node) => Run(node, root, "");

    private void Run(SettingsNode node, SettingsType type, string path)
    {
        if (type.HasKeys)
        {
            Require(node, JsonValueKind.Object, type, path);
            CheckKeys(node, type, path);
        }
        else if (type.IsList)
        {
            Require(node, JsonValueKind.Array, type, path);
            for (var i = 0; i < node.Items.Count; i++)
            {
                CheckPart(node.Items[i], type.Element, type.AllowsNullElements, $"{path}[{i}]");
            }
        }
        else if (type.IsMap)
        {
            Require(node, JsonValueKind.Object, type, path);
            foreach (var (key, value) in node.Keys)
            {
                CheckPart(value, type.Element, type.AllowsNullElements, SettingsPath.Join(path, key));
            }
        }
        else
        {
            CheckLeaf(node, type, path);
        }
    }

    private void CheckKeys(SettingsNode node, SettingsType type, string path)
    {
        var keys = type.Keys.ToDictionary(key => key.Name, StringComparer.Ordinal);
        foreach (var (name, value) in node.Keys)
        {
            if (!keys.TryGetValue(name, out var key))
            {
                throw value.RefuseKey(SettingsPath.Unknown(name, path, type, root));
            }

            CheckPart(value, type.Of(key), key.IsSetNullable, SettingsPath.Join(path, name));
        }

        var absent = keys.Values.Where(key => SettingsType.Requires(key) && !node.Keys.ContainsKey(key.Name));
        if (isComplete && absent.FirstOrDefault() is { } missing)
        {
            throw node.Refuse($"'{SettingsPath.Join(path, missing.Name)}' is missing: it must be {type.Of(missing)}");
        }
    }

    private void CheckPart(SettingsNode node, SettingsType type, bool allowsNull, string path)
    {
        if (node.Kind != JsonValueKind.Null)
        {
            Run(node, type, path);
        }
        else if (!allowsNull)
        {
            throw Wrong(node, type, path);
        }
    }

    private static void CheckLeaf(SettingsNode node, SettingsType type, string path)
    {
        if (type.Words is { Count: > 0 } words)
        {
            Require(node, JsonValueKind.String, type, path);
            if (!words.Contains(node.Text))
            {
                var near = Spelling.Nearest(node.Text, words) is { } word ? $" (did you mean {word}?)" : "";
                throw node.Refuse($"'{path}' is {node}: it must be {type}{near}");
            }

            return;
        }

        try
        {
            if (JsonSerializer.Deserialize(node.ToJson(), type.Reader) is double.PositiveInfinity
                or double.NegativeInfinity or double.NaN
                or float.PositiveInfinity or float.NegativeInfinity or float.NaN)
            {
                throw node.Refuse($"'{path}' is {node}: it must be a finite number, not too large for its type");
            }
        }
        catch (Exception problem) when (
            problem is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            throw Wrong(node, type, path);
        }
    }

    private static void Require(SettingsNode node, JsonValueKind kind, SettingsType type, string path)
    {
        if (node.Kind != kind)
        {
            throw Wrong(node, type, path);
        }
    }

    private static LlmEfficiencyException Wrong(SettingsNode node, SettingsType type, string path) => node.Refuse(
        path.Length == 0 ? $"the settings are {node}: they must be {type}" : $"'{path}' is {node}: it must be {type}");
}
