using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Loading;

/// <summary>JSON of summaries and checks, names in snake_case, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(ModelCheck))]
public sealed partial class LoadingJson : JsonSerializerContext;
