using System.Text.Json.Serialization;

namespace LlmEfficiency.Fuzz.Builders;

/// <summary>A message as data sets have it.</summary>
public sealed class ParquetMessage
{
    /// <summary>Gets or sets who speaks.</summary>
    [JsonPropertyName("role")]
    public string? Role { get; set; }

    /// <summary>Gets or sets what is said.</summary>
    [JsonPropertyName("content")]
    public string? Content { get; set; }
}
