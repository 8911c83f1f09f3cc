using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LlmEfficiency.Core.Settings;

/// <summary>Writes settings so that <see cref="SettingsFile"/> reads the same again.</summary>
public static class SettingsText
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Known = [];

    /// <summary>Gets how settings are laid out on lines.</summary>
    internal static JsonWriterOptions Layout { get; } =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes all settings, those with their default value too, as indented JSON.</summary>
    public static string Write<T>(T value, JsonTypeInfo<T> type)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Layout))
        {
            JsonSerializer.Serialize(writer, value, SettableOnly(type));
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Returns what <see cref="Write"/> writes as a JSON value, for the description of a run.</summary>
    public static JsonElement ToElement<T>(T value, JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToElement(value, SettableOnly(type));

    /// <summary>Gives a type without what is computed from other settings, and with nulls.</summary>
    internal static JsonTypeInfo SettableOnly(JsonTypeInfo type) =>
        Known.GetValue(type.Options, Copy).GetTypeInfo(type.Type);

    private static JsonSerializerOptions Copy(JsonSerializerOptions options)
    {
        var copy = new JsonSerializerOptions(options)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.Never,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(RemoveComputed),
        };
        copy.MakeReadOnly(); // until then nothing is cached
        return copy;
    }

    private static void RemoveComputed(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object)
        {
            for (var i = type.Properties.Count - 1; i >= 0; i--)
            {
                if (type.Properties[i] is { Set: null, AssociatedParameter: null })
                {
                    type.Properties.RemoveAt(i);
                }
            }
        }
    }
}
