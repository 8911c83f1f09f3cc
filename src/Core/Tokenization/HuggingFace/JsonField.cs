using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>A value of a JSON file that knows its name, so that a wrong kind of value can be reported.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Path">The names from the root, such as <c>model.vocab</c>.</param>
/// <param name="Value">The value.</param>
internal readonly record struct JsonField(string File, string Path, JsonElement Value)
{
    /// <summary>Gets whether there is a value, and it is not null.</summary>
    public bool IsPresent => Value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>Returns a member; absent where this is no object or has no such member.</summary>
    public JsonField this[string member] => new(
        File,
        Path.Length == 0 ? member : $"{Path}.{member}",
        Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty(member, out var value) ? value : default);

    /// <summary>Returns the elements of an array; none where it is absent.</summary>
    /// <exception cref="LlmEfficiencyException">It is no array.</exception>
    public IEnumerable<JsonField> Items()
    {
        if (!IsPresent)
        {
            return [];
        }

        Require(Value.ValueKind == JsonValueKind.Array, "an array");
        var field = this;
        return Value.EnumerateArray().Select((value, i) => new JsonField(field.File, $"{field.Path}[{i}]", value));
    }

    /// <summary>Returns text.</summary>
    /// <exception cref="LlmEfficiencyException">It is no text.</exception>
    public string Text()
    {
        Require(Value.ValueKind == JsonValueKind.String, "a string");
        return Value.GetString()!;
    }

    /// <summary>Returns text, or null where it is absent.</summary>
    public string? TextOrNull() => IsPresent ? Text() : null;

    /// <summary>Returns a truth value, or <paramref name="absent"/> where it is absent.</summary>
    public bool Flag(bool absent = false)
    {
        Require(!IsPresent || Value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false");
        return IsPresent ? Value.GetBoolean() : absent;
    }

    /// <summary>Returns a whole number of 32 bits.</summary>
    public int Integer()
    {
        var number = 0;
        Require(Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out number), "a whole number of 32 bits");
        return number;
    }

    /// <summary>Returns the failure of a value that this reader cannot use.</summary>
    public LlmEfficiencyException Unsupported(string what) =>
        new(ErrorKind.Input, $"{File}: {Path}: {what} is not supported");

    /// <summary>Refuses a value.</summary>
    public void Require(bool isMet, string wanted)
    {
        if (!isMet)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{File}: {Path} is {(IsPresent ? Value.ValueKind : "absent")}, not {wanted}");
        }
    }
}
