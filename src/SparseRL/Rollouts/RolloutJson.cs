using System.Text.Json.Serialization;

namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>How responses are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalEntry))]
public sealed partial class RolloutJson : JsonSerializerContext;
