using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LlmEfficiency.Core.Settings;

/// <summary>What a type allows in a settings text.</summary>
internal sealed class SettingsType
{
    private readonly JsonTypeInfo _type;

    /// <summary>Looks at a type of which <see cref="SettingsText.SettableOnly"/> was made.</summary>
    /// <param name="type">The type; a nullable value type counts as the type below.</param>
    public SettingsType(JsonTypeInfo type) =>
        _type = Nullable.GetUnderlyingType(type.Type) is { } below ? type.Options.GetTypeInfo(below) : type;

    /// <summary>Gets what reads values of the type.</summary>
    public JsonTypeInfo Reader => _type;

    /// <summary>Gets whether it has known keys; a type of several shapes is its reader's own matter.</summary>
    public bool HasKeys => _type.Kind == JsonTypeInfoKind.Object && _type.PolymorphismOptions is null;

    public bool IsList => _type.Kind == JsonTypeInfoKind.Enumerable;

    /// <summary>Gets whether any key is allowed.</summary>
    public bool IsMap => _type.Kind == JsonTypeInfoKind.Dictionary;

    /// <summary>Gets whether values are typed as they are meant, without quotes.</summary>
    public bool IsWord => _type.Kind == JsonTypeInfoKind.None && _type.Type != typeof(bool) && !IsNumber(_type.Type);

    /// <summary>Gets the type of a list's or map's values.</summary>
    public SettingsType Element => new(_type.Options.GetTypeInfo(_type.ElementType!));

    /// <summary>Gets whether a list's or map's values may be null.</summary>
    public bool AllowsNullElements => Nullable.GetUnderlyingType(_type.ElementType!) is not null;

    /// <summary>Gets the keys.</summary>
    public IEnumerable<JsonPropertyInfo> Keys => _type.Properties.Where(property => !property.IsExtensionData);

    /// <summary>Gets the values of an enumeration as they are spelled; null for all other types.</summary>
    public IReadOnlyList<string>? Words => !_type.Type.IsEnum ? null :
    [
        .. Enum.GetValues(_type.Type).Cast<object>()
            .Select(value => JsonSerializer.SerializeToElement(value, _type))
            .Where(value => value.ValueKind == JsonValueKind.String)
            .Select(value => value.GetString()!),
    ];

    /// <summary>Returns the type of a key's value.</summary>
    public SettingsType Of(JsonPropertyInfo key) => new(_type.Options.GetTypeInfo(key.PropertyType));

    /// <summary>Returns whether a text must set a key, because nothing else gives it a value.</summary>
    public static bool Requires(JsonPropertyInfo key) =>
        key.IsRequired || key.AssociatedParameter is { IsMemberInitializer: false, HasDefaultValue: false };

    /// <summary>Says which values the type takes.</summary>
    public override string ToString() => _type.Type switch
    {
        var type when type.IsEnum && Words is { Count: > 0 } words => $"one of {string.Join(", ", words)}",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(int) => Whole<int>(),
        var type when type == typeof(long) => Whole<long>(),
        var type when type == typeof(ulong) => Whole<ulong>(),
        var type when type == typeof(uint) => Whole<uint>(),
        var type when IsFraction(type) => "a number",
        var type when IsNumber(type) => "a whole number",
        var type when type == typeof(string) => "a text",
        _ when IsList => $"a list, each of {Element}",
        _ when IsMap => $"an object, each value {Element}",
        _ when HasKeys => $"an object with the keys {string.Join(", ", Keys.Select(key => key.Name))}",
        var type => $"a {type.Name}",
    };

    private static string Whole<T>()
        where T : IMinMaxValue<T> =>
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {T.MinValue} to {T.MaxValue}");

    private static bool IsFraction(Type type) =>
        type == typeof(double) || type == typeof(float) || type == typeof(decimal) || type == typeof(Half);

    private static bool IsNumber(Type type) =>
        IsFraction(type) || (type.IsPrimitive && type != typeof(bool) && type != typeof(char));
}
