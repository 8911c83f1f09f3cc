using System.Text.Json.Serialization;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>Of what the clipped ratio is taken.</summary>
[JsonConverter(typeof(SnakeCaseNames<LossMode>))]
public enum LossMode
{
    /// <summary>Of each token (PPO, GRPO).</summary>
    Vanilla,

    /// <summary>Of the whole response (GSPO).</summary>
    Gspo,
}
