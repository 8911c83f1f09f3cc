using System.Text.Json.Serialization;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>The kinds of questions about tokens.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlanKind>))]
public enum PlanKind
{
    /// <summary>Stop when one more token brings less.</summary>
    [JsonStringEnumMemberName("slope")]
    Slope,

    /// <summary>Reach a loss.</summary>
    [JsonStringEnumMemberName("target_loss")]
    TargetLoss,

    /// <summary>Spend so many tokens.</summary>
    [JsonStringEnumMemberName("tokens")]
    Tokens,

    /// <summary>Spend so many FLOPs.</summary>
    [JsonStringEnumMemberName("compute")]
    Compute,

    /// <summary>Close a part of the gap between the loss at D0 and the asymptote.</summary>
    [JsonStringEnumMemberName("fraction")]
    Fraction,
}
