using System.Text.Json.Serialization;

namespace LlmEfficiency.P2Law.Verification;

/// <summary>How verifications are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelVerification))]
public sealed partial class VerificationJson : JsonSerializerContext;
