using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>Over what the ratio of dense to sparse probabilities is taken.</summary>
[JsonConverter(typeof(SnakeCaseNames<RatioLevel>))]
public enum RatioLevel
{
    /// <summary>One token: ξ_t. Low variance, biased in the distribution of prefixes.</summary>
    Token,

    /// <summary>The whole response: ∏ ξ_t. Unbiased, of a variance that grows with the length.</summary>
    Sequence,

    /// <summary>The geometric mean over the response: (∏ ξ_t)^(1/n). Does not depend on the length.</summary>
    Geometric,
}
