using System.Text.Json.Serialization;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Objectives;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>How settings and states of reinforcement learning are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(SnakeCaseNames<ScheduleKind>), typeof(SnakeCaseNames<NonFinitePolicy>), typeof(SnakeCaseNames<RetentionSharing>)])]
[JsonSerializable(typeof(RlSettings))]
[JsonSerializable(typeof(RlState))]
[JsonSerializable(typeof(ObjectiveSettings))]
[JsonSerializable(typeof(IReadOnlyList<AccuracyReport>))]
[JsonSerializable(typeof(IReadOnlyList<RlRunSummary>))]
[JsonSerializable(typeof(IReadOnlyList<RlRunMeans>))]
public sealed partial class RlJson : JsonSerializerContext;
