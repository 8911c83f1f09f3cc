using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Settings;

/// <summary>Spells the values of an enumeration as <c>kebab-case</c>, where that is what users know; never a number.</summary>
/// <typeparam name="T">The enumeration, which names this as its <see cref="JsonConverterAttribute"/>.</typeparam>
public sealed class KebabCaseNames<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
