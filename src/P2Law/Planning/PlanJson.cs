using System.Text.Json.Serialization;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>Answers as JSON, names in snake_case; numbers that are not finite are texts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<LossPrediction>))]
[JsonSerializable(typeof(IReadOnlyList<PlanAnswer>))]
[JsonSerializable(typeof(SizePlan))]
public sealed partial class PlanJson : JsonSerializerContext;
