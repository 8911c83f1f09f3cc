using System.Text.Json.Serialization;

namespace LlmEfficiency.Cli.Tests;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProbeSettings))]
internal sealed partial class ProbeJson : JsonSerializerContext;
