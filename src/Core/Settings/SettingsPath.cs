using System.Globalization;

namespace LlmEfficiency.Core.Settings;

/// <summary>Where a setting is, as people write it: <c>data.sources[0].weight</c>.</summary>
internal static class SettingsPath
{
    /// <summary>Returns the path of a key.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Says that there is no such key, and which was meant.</summary>
    /// <param name="name">The key.</param>
    /// <param name="path">Where it was found.</param>
    /// <param name="type">What is there.</param>
    /// <param name="root">The type of the whole settings, where the key may have its place.</param>
    public static string Unknown(string name, string path, SettingsType type, SettingsType root)
    {
        var known = type.Keys.Select(key => key.Name).ToArray();
        var unknown = $"unknown key '{Join(path, name)}'";
        var snake = System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        if ((Spelling.Nearest(snake, known) ?? Spelling.Nearest(name, known)) is { } near)
        {
            return $"{unknown}: did you mean '{near}'?";
        }

        var elsewhere = SettingsKeys.Of(root).FirstOrDefault(
            key => key.Path == name || key.Path.EndsWith($".{name}", StringComparison.Ordinal));
        return elsewhere is null
            ? $"{unknown}: the keys here are {string.Join(", ", known)}"
            : $"{unknown}: did you mean '{elsewhere.Path}'?";
    }

    /// <summary>Takes a path apart: keys as strings, places in lists as numbers.</summary>
    /// <returns>The parts; null if it is no path.</returns>
    public static IReadOnlyList<object>? Split(string path)
    {
        var parts = new List<object>();
        foreach (var word in path.Split('.'))
        {
            var pieces = word.Split('[');
            if (pieces[0].Length == 0)
            {
                return null;
            }

            parts.Add(pieces[0]);
            foreach (var piece in pieces[1..])
            {
                if (!piece.EndsWith(']')
                    || !int.TryParse(piece[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    return null;
                }

                parts.Add(index);
            }
        }

        return parts;
    }
}
