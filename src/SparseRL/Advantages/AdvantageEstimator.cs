using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Advantages;

/// <summary>To what a response's reward is compared.</summary>
[JsonConverter(typeof(SnakeCaseNames<AdvantageEstimator>))]
public enum AdvantageEstimator
{
    /// <summary>To the mean of its group.</summary>
    Grpo,

    /// <summary>To the mean of the others of its group (leave one out).</summary>
    Rloo,
}
