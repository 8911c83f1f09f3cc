using System.Text.Json.Serialization;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Core.Training;

/// <summary>How settings and states of training are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(SnakeCaseNames<ScheduleKind>), typeof(SnakeCaseNames<NonFinitePolicy>)])]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(TrainerState))]
public sealed partial class TrainingJson : JsonSerializerContext;
