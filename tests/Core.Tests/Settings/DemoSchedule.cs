using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.Core.Tests.Settings;

[JsonConverter(typeof(SnakeCaseNames<DemoSchedule>))]
internal enum DemoSchedule
{
    Constant,
    WarmCosine,
}
