using System.Text.Json.Serialization;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Reads and writes <see cref="FuzzedSettings"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FuzzedSettings))]
internal sealed partial class FuzzedSettingsJson : JsonSerializerContext;
