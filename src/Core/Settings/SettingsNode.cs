using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Settings;

/// <summary>A value of a settings text that knows where it was written.</summary>
/// <param name="source">The text.</param>
/// <param name="offset">Where the value begins in it, in bytes.</param>
internal sealed class SettingsNode(SettingsSource source, int offset)
{
    private const int Longest = 60;

    public SettingsSource Source { get; private set; } = source;

    /// <summary>Gets where the value begins in its text, in bytes.</summary>
    public int Offset { get; private set; } = offset;

    /// <summary>Gets where the value's key begins; the value's own begin where it has no key.</summary>
    public int KeyOffset { get; init; } = offset;

    public JsonValueKind Kind { get; private set; } = JsonValueKind.Null;

    /// <summary>Gets a string's characters, or a number as it is spelled.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Gets the values of an object in their order.</summary>
    public OrderedDictionary<string, SettingsNode> Keys { get; private set; } = [];

    /// <summary>Gets the values of a list.</summary>
    public List<SettingsNode> Items { get; private set; } = [];

    /// <summary>Makes it hold a value without parts.</summary>
    public SettingsNode With(JsonValueKind kind, string text = "")
    {
        (Kind, Text) = (kind, text);
        return this;
    }

    /// <summary>Makes it what another value is, with the other's place.</summary>
    public void Become(SettingsNode other)
    {
        (Source, Offset, Kind, Text) = (other.Source, other.Offset, other.Kind, other.Text);
        (Keys, Items) = (other.Keys, other.Items);
    }

    /// <summary>Lays another text's object over this one: objects key by key, everything else as a whole.</summary>
    public void Overlay(SettingsNode other)
    {
        foreach (var (key, value) in other.Keys)
        {
            if (Keys.TryGetValue(key, out var mine)
                && mine.Kind == JsonValueKind.Object && value.Kind == JsonValueKind.Object)
            {
                mine.Overlay(value);
            }
            else
            {
                Keys[key] = value;
            }
        }
    }

    /// <summary>Makes the error for this value, for the caller to throw.</summary>
    public LlmEfficiencyException Refuse(string problem) => Source.Refuse(Offset, problem);

    /// <summary>Makes the error for this value's key, for the caller to throw.</summary>
    public LlmEfficiencyException RefuseKey(string problem) => Source.Refuse(KeyOffset, problem);

    /// <summary>Writes the value as JSON in UTF-8.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, SettingsText.Layout with { Indented = false }))
        {
            Write(writer);
        }

        return stream.ToArray();
    }

    /// <summary>Writes the value on one line, cut where a message would become too long.</summary>
    public override string ToString()
    {
        var text = Encoding.UTF8.GetString(ToJson());
        return text.Length <= Longest ? text : $"{text[..Longest]}…";
    }

    private void Write(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (key, value) in Keys)
                {
                    writer.WritePropertyName(key);
                    value.Write(writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                Items.ForEach(item => item.Write(writer));
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text);
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(Kind == JsonValueKind.True);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
