using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.P2Law.Width;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>How settings and reports of pruning are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NewLine = "\n",
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCaseNames<NormScale>), typeof(SnakeCaseNames<WidthAxis>)])]
[JsonSerializable(typeof(PruningSettings))]
[JsonSerializable(typeof(PruningReport))]
public sealed partial class PruningJson : JsonSerializerContext;
