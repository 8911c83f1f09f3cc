using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Diagnostics;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(MachineReport))]
[SuppressMessage("Maintainability", "CA1506", Justification = "the coupling is in generated code")]
internal sealed partial class MachineReportJson : JsonSerializerContext;
