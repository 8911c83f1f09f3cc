using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LlmEfficiency.Core.Settings;

/// <summary>Lists all that can be set.</summary>
public static class SettingsKeys
{
    /// <summary>Lists the keys of a type in the order they are declared in, parts behind the whole.</summary>
    /// <param name="type">The settings' type, from a generated context.</param>
    public static IReadOnlyList<SettingsKey> Of(JsonTypeInfo type) =>
        Of(new SettingsType(SettingsText.SettableOnly(type)));

    /// <summary>Lists the keys of a type.</summary>
    internal static IReadOnlyList<SettingsKey> Of(SettingsType type)
    {
        var keys = new List<SettingsKey>();
        AddKeys(keys, type, "", SettingsDefaults.Of(type), []);
        return keys;
    }

    private static void AddKeys(
        List<SettingsKey> keys, SettingsType type, string path, SettingsNode defaults, IReadOnlyList<Type> above)
    {
        foreach (var key in type.Keys)
        {
            var (part, name) = (type.Of(key), SettingsPath.Join(path, key.Name));
            var byDefault = defaults.Keys.GetValueOrDefault(key.Name);
            if (!part.HasKeys || byDefault is not { Kind: JsonValueKind.Object })
            {
                var words = Words(part) + (key.IsSetNullable ? " or null" : "");
                keys.Add(new SettingsKey(name, words, byDefault?.ToString(), PropertySummaries.Of(key)));
            }

            AddParts(keys, part, name, byDefault, [.. above, type.Reader.Type]);
        }
    }

    private static void AddParts(
        List<SettingsKey> keys, SettingsType type, string path, SettingsNode? byDefault, IReadOnlyList<Type> above)
    {
        if (type.IsList || type.IsMap)
        {
            AddParts(keys, type.Element, path + (type.IsList ? "[]" : ".KEY"), null, above);
        }
        else if (type.HasKeys && !above.Contains(type.Reader.Type)) // a type may hold itself
        {
            var defaults = byDefault is { Kind: JsonValueKind.Object } ? byDefault : SettingsDefaults.Of(type);
            AddKeys(keys, type, path, defaults, above);
        }
    }

    // Ranges and inner keys would fill the line; the keys have lines of their own.
    private static string Words(SettingsType type) => type switch
    {
        { IsList: true } => $"list of {Words(type.Element)}",
        { IsMap: true } => $"object of {Words(type.Element)}",
        { HasKeys: true } => "object",
        { Words.Count: > 0 } => string.Join('|', type.Words!),
        _ => type.ToString().Split(" from ", 2)[0].Replace("a whole", "whole", StringComparison.Ordinal) switch
        {
            "a number" => "number",
            "a text" => "text",
            var other => other,
        },
    };
}
