using System.Text.Json.Serialization;
using LlmEfficiency.Core.Optimization;

namespace LlmEfficiency.Core.Training;

/// <summary>How settings and states of training are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(SnakeCaseConverter<ScheduleKind>), typeof(SnakeCaseConverter<NonFinitePolicy>)])]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(TrainerState))]
public sealed partial class TrainingJson : JsonSerializerContext;
