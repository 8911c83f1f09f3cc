using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Tests.Settings;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DemoSettings))]
internal sealed partial class DemoJson : JsonSerializerContext;
