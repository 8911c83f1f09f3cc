using System.Text.Json.Serialization;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>Fits as JSON, names in snake_case; numbers that are not finite are texts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NewLine = "\n")]
[JsonSerializable(typeof(FitFile))]
internal sealed partial class FitFileJson : JsonSerializerContext;
