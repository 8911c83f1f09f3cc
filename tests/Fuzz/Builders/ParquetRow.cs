using System.Text.Json.Serialization;

namespace LlmEfficiency.Fuzz.Builders;

/// <summary>A row as data sets have it.</summary>
public sealed class ParquetRow
{
    /// <summary>Gets or sets a text.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; set; }

    /// <summary>Gets or sets a number, which no document is made of.</summary>
    [JsonPropertyName("number")]
    public int Number { get; set; }

    /// <summary>Gets or sets a conversation.</summary>
    [JsonPropertyName("messages")]
    public IList<ParquetMessage>? Messages { get; set; }
}
