using System.Text.Json.Serialization;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;
using LlmEfficiency.P2Law.Width;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>How settings and results of sweeps are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters =
    [
        typeof(SnakeCaseNames<ScheduleKind>), typeof(SnakeCaseNames<NonFinitePolicy>), typeof(SnakeCaseNames<NormScale>),
        typeof(SnakeCaseNames<WidthAxis>),
    ])]
[JsonSerializable(typeof(SweepSettings))]
[JsonSerializable(typeof(SweepResult))]
public sealed partial class SweepJson : JsonSerializerContext;
