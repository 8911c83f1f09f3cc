using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>The fields of one JSON object; a value that cannot be used is refused by file, field and value.</summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="fields">The object.</param>
/// <param name="path">What stands before each field's name in messages: <c>rope_scaling.</c></param>
internal sealed class ConfigFields(string file, JsonElement fields, string path = "")
{
    private const int LongestShown = 60;

    public bool Has(string name) => Find(name) is not null;

    public bool IsNull(string name) => fields.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Null;

    public int? Integer(string name, int min, int max) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            && number >= min && number <= max ? number
        : throw Refuse(name, $"must be a whole number from {min} to {max}");

    public int RequiredInteger(string name, int min, int max) => Integer(name, min, max) ?? throw Missing(name);

    public double? Number(string name, double min, double max) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            && number >= min && number <= max ? number
        : throw Refuse(name, FormattableString.Invariant($"must be a number from {min} to {max}"));

    public double RequiredNumber(string name, double min, double max) => Number(name, min, max) ?? throw Missing(name);

    public bool? Flag(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Refuse(name, "must be true or false");

    public string? Word(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Refuse(name, "must be a string");

    /// <summary>Returns the words of an array; null when the field is not there.</summary>
    public IReadOnlyList<string>? Words(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Refuse(name, "must be an array of strings");

    /// <summary>Returns one token id or a list of them; null when the field is not there.</summary>
    public IReadOnlyList<int>? Ids(string name, int vocabularySize)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var ids = new List<int>();
        foreach (var item in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value })
        {
            ids.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var id)
                && id >= 0 && id < vocabularySize
                ? id
                : throw Refuse(name, $"must be a token id, or a list of them, from 0 to {vocabularySize - 1}"));
        }

        return ids;
    }

    public ConfigFields? Object(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new ConfigFields(file, value, $"{path}{name}.")
        : throw Refuse(name, "must be an object");

    public LlmEfficiencyException Refuse(string name, string rule)
    {
        var value = Find(name) is { } found ? found.GetRawText().ReplaceLineEndings(" ") : "absent";
        var shown = value.Length <= LongestShown ? value : $"{value[..LongestShown]}…";
        return new LlmEfficiencyException(ErrorKind.Input, $"{file}: {path}{name} is {shown}: it {rule}");
    }

    private LlmEfficiencyException Missing(string name) =>
        new(ErrorKind.Input, $"{file}: {path}{name} is missing: the file is no configuration of a supported model");

    // A null is as good as an absent field, as in the reference.
    private JsonElement? Find(string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
