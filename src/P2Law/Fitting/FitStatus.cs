using System.Text.Json.Serialization;

namespace LlmEfficiency.P2Law.Fitting;

/// <summary>How a fit ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FitStatus>))]
public enum FitStatus
{
    /// <summary>No step makes the objective smaller.</summary>
    [JsonStringEnumMemberName("converged")]
    Converged,

    /// <summary>Converged with a constant at the end of its range.</summary>
    [JsonStringEnumMemberName("bound_hit")]
    BoundHit,

    /// <summary>Ended by the limit of iterations.</summary>
    [JsonStringEnumMemberName("max_iterations")]
    MaxIterations,

    /// <summary>The search found no step although the slope is not zero.</summary>
    [JsonStringEnumMemberName("abnormal")]
    Abnormal,

    /// <summary>The law has no finite value at the start.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
