using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>JSON of results, names in snake_case, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EvaluationResult))]
[JsonSerializable(typeof(PerplexityReport))]
[JsonSerializable(typeof(JudgedAnswer))]
public sealed partial class EvaluationJson : JsonSerializerContext;
