using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Measuring;

/// <summary>JSON of measurements, names in camelCase, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DecodeMeasurement))]
public sealed partial class MeasuringJson : JsonSerializerContext;
