using System.Text.Json;

namespace LlmEfficiency.Core.Templates.Values;

/// <summary>JSON as template values; all its text counts as content.</summary>
internal static class JsonValues
{
    public static object? From(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => json.TryGetInt64(out var integer) ? (object)integer : json.GetDouble(),
        JsonValueKind.Array => json.EnumerateArray().Select(From).ToList(),
        JsonValueKind.Object => Map(json),
        _ => new JinjaText(json.GetString()!, isContent: true),
    };

    private static JinjaMap Map(JsonElement json)
    {
        var map = new JinjaMap();
        foreach (var entry in json.EnumerateObject())
        {
            map.Set(new JinjaText(entry.Name, isContent: true), From(entry.Value));
        }

        return map;
    }
}
