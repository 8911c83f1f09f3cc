using System.Text.Json;
using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>Objects of a JSON Lines file, and their members; each fault names the line.</summary>
internal static class RecordLines
{
    /// <summary>Reads a file; empty lines are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Makes a value of an object; the second argument is its place, for messages.</param>
    public static IEnumerable<T> Read<T>(string path, Func<JsonElement, string, T> read)
    {
        using var file = DataFile.Open(path);
        var lines = new LineReader(file);
        while (lines.Next() is { } line)
        {
            if (!line.AsSpan().Trim(" \t\r"u8).IsEmpty)
            {
                var place = $"{path}: line {lines.Number}";
                using var record = StrictJson.Parse(place, line);
                yield return read(record.RootElement, place);
            }
        }
    }

    /// <summary>Returns a member of one kind.</summary>
    public static JsonElement Member(JsonElement record, string name, JsonValueKind kind, string place) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw Malformed(place, $"{name} is missing or of another kind than expected ({kind})");

    /// <summary>Returns a whole number.</summary>
    public static int Number(JsonElement record, string name, string place) =>
        Member(record, name, JsonValueKind.Number, place).TryGetInt32(out var number)
            ? number
            : throw Malformed(place, $"{name} is no whole number");

    /// <summary>Returns a list of whole numbers.</summary>
    public static int[] Numbers(JsonElement array, string name, string place) =>
    [
        .. Items(array, name, place).Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number)
            ? number
            : throw Malformed(place, $"{name} holds what is no whole number")),
    ];

    /// <summary>Returns a list of texts.</summary>
    public static string[] Texts(JsonElement record, string name, string place) =>
    [
        .. Member(record, name, JsonValueKind.Array, place).EnumerateArray().Select(text => text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw Malformed(place, "a turn is no text")),
    ];

    /// <summary>Returns the items of a list.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement array, string name, string place) => array.ValueKind == JsonValueKind.Array
        ? array.EnumerateArray()
        : throw Malformed(place, $"{name} is no list");

    /// <summary>Returns the first of the answers that FastChat lists for a question.</summary>
    public static JsonElement Choice(JsonElement record, string place)
    {
        var choices = Member(record, "choices", JsonValueKind.Array, place);
        return choices.GetArrayLength() > 0 && choices[0].ValueKind == JsonValueKind.Object
            ? choices[0]
            : throw Malformed(place, "choices holds no object");
    }

    /// <summary>Returns the error for a line.</summary>
    public static LlmEfficiencyException Malformed(string place, string problem) => new(ErrorKind.Input, $"{place}: {problem}");
}
