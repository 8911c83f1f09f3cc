using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LlmEfficiency.Core.Settings;

/// <summary>Puts into a settings text what it leaves to the defaults.</summary>
/// <remarks>
/// Generated serializers set every <c>init</c> property, those that are absent to zero or null, so that a property's
/// own default would be lost.
/// </remarks>
internal static class SettingsDefaults
{
    /// <summary>Fills every object of known keys.</summary>
    /// <param name="node">The value; what it has stays as it is.</param>
    /// <param name="type">Its type.</param>
    /// <param name="given">The default of the whole value; null means the type's own.</param>
    public static void Fill(SettingsNode node, SettingsType type, SettingsNode? given = null)
    {
        if (type.HasKeys && node.Kind == JsonValueKind.Object)
        {
            FillKeys(node, type, given is { Kind: JsonValueKind.Object } ? given : Of(type));
        }
        else if (type.IsList && node.Kind == JsonValueKind.Array)
        {
            node.Items.ForEach(item => Fill(item, type.Element));
        }
        else if (type.IsMap && node.Kind == JsonValueKind.Object)
        {
            foreach (var value in node.Keys.Values)
            {
                Fill(value, type.Element);
            }
        }
    }

    /// <summary>Returns the values that an object has where nobody sets them; the required ones are absent.</summary>
    public static SettingsNode Of(SettingsType type)
    {
        var node = new SettingsNode(SettingsSource.Defaults, 0).With(JsonValueKind.Object);
        var instance = type.Reader.Type.GetConstructor(Type.EmptyTypes)?.Invoke(null);
        foreach (var key in type.Keys.Where(key => !SettingsType.Requires(key)))
        {
            if (TryGet(key, instance, out var value) && (value is not null || key.IsSetNullable))
            {
                node.Keys.Add(key.Name, ToNode(value, type.Reader.Options.GetTypeInfo(key.PropertyType)));
            }
        }

        return node;
    }

    private static void FillKeys(SettingsNode node, SettingsType type, SettingsNode defaults)
    {
        foreach (var key in type.Keys)
        {
            var byDefault = defaults.Keys.GetValueOrDefault(key.Name);
            if (node.Keys.TryGetValue(key.Name, out var value))
            {
                Fill(value, type.Of(key), byDefault);
            }
            else if (byDefault is not null)
            {
                node.Keys.Add(key.Name, byDefault);
            }
        }
    }

    private static bool TryGet(JsonPropertyInfo key, object? instance, out object? value)
    {
        if (key.AssociatedParameter is { IsMemberInitializer: false } parameter)
        {
            value = parameter.DefaultValue;
            return true;
        }

        value = instance is null ? null : key.Get?.Invoke(instance);
        return instance is not null && key.Get is not null;
    }

    private static SettingsNode ToNode(object? value, JsonTypeInfo type) => value is null
        ? new SettingsNode(SettingsSource.Defaults, 0)
        : SettingsParser.Parse(new SettingsSource(
            SettingsSource.Defaults.Name,
            SettingsSource.Placeholder,
            JsonSerializer.SerializeToUtf8Bytes(value, type),
            hasLines: false));
}
