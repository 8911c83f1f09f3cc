using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmEfficiency.Core.Training;

/// <summary>Writes a choice by its name, in lower case with underscores.</summary>
/// <typeparam name="TEnum">The choices.</typeparam>
public sealed class SnakeCaseConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
