using System.Text.Json.Serialization;

namespace LlmEfficiency.P2Law.Inference;

/// <summary>What a bootstrap draws.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BootstrapKind>))]
public enum BootstrapKind
{
    /// <summary>Whole runs with replacement: checkpoints of a run are not independent.</summary>
    [JsonStringEnumMemberName("runs")]
    Runs,

    /// <summary>
    /// The residuals of each whole run times one of Webb's six weights: sizes and rates stay as they are, which a handful of
    /// runs needs.
    /// </summary>
    [JsonStringEnumMemberName("wild")]
    Wild,
}
