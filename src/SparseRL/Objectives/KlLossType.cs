using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>Estimators of KL(π_θ ‖ π_ref) from the chosen token; with r = ln π_θ − ln π_ref.</summary>
[JsonConverter(typeof(SnakeCaseNames<KlLossType>))]
public enum KlLossType
{
    /// <summary>r. Unbiased as a number; as a loss it pulls nowhere: the expectation of its gradient is 0.</summary>
    K1,

    /// <summary>|r|.</summary>
    Abs,

    /// <summary>r² / 2. Biased as a number; its gradient on the policy's own samples is that of KL(π_θ ‖ π_ref).</summary>
    K2,

    /// <summary>exp(−r) − 1 + r. Unbiased and never negative; its gradient is that of KL(π_ref ‖ π_θ).</summary>
    K3,

    /// <summary>k3 bounded to ±10.</summary>
    LowVarKl,
}
