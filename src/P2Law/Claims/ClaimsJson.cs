using System.Text.Json.Serialization;

namespace LlmEfficiency.P2Law.Claims;

/// <summary>Claims as JSON, names in snake_case; numbers that are not finite are texts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    NewLine = "\n")]
[JsonSerializable(typeof(SweepClaims))]
public sealed partial class ClaimsJson : JsonSerializerContext;
