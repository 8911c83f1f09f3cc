using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Reports;

/// <summary>JSON of summaries, names in snake_case, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(RunSummary[]))]
internal sealed partial class RunSummaryJson : JsonSerializerContext;
