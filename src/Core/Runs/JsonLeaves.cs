using System.Text.Json;

namespace LlmEfficiency.Core.Runs;

/// <summary>A JSON value as a flat table: one row for each number, text, truth value, null and empty container.</summary>
public static class JsonLeaves
{
    /// <summary>Lists the rows in the order of the text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">The name of <paramref name="value"/> itself; members add <c>.name</c>, items <c>[0]</c>.</param>
    /// <returns>Names with raw JSON.</returns>
    public static IEnumerable<KeyValuePair<string, string>> Of(JsonElement value, string path)
    {
        var inner = value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().SelectMany(
                member => Of(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}")),
            JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => Of(item, $"{path}[{index}]")),
            _ => [],
        };
        return inner.DefaultIfEmpty(new KeyValuePair<string, string>(path, value.GetRawText()));
    }
}
