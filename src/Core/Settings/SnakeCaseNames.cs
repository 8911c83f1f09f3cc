using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Settings;

/// <summary>Spells the values of an enumeration as keys are spelled: <c>snake_case</c>, never a number.</summary>
/// <typeparam name="T">The enumeration, which names this as its <see cref="JsonConverterAttribute"/>.</typeparam>
public sealed class SnakeCaseNames<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
