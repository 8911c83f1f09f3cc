using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Generation;

/// <summary>JSON of reports, names in snake_case, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GenerationReport))]
public sealed partial class GenerationJson : JsonSerializerContext;
