using System.Text.Json.Serialization;
using LlmEfficiency.SparseRL.Objectives;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ObjectiveSettings))]
internal sealed partial class ObjectiveJson : JsonSerializerContext;
