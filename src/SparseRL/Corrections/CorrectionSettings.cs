using System.ComponentModel;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>How rollouts of the sparse sampler are corrected; names as in verl's <c>rollout_correction</c>.</summary>
public sealed record CorrectionSettings
{
    /// <summary>Gets a correction that corrects nothing.</summary>
    internal static CorrectionSettings None { get; } = new() { RolloutIs = null, RolloutTokenVetoThreshold = null };

    /// <summary>Gets the level of the importance weights; null has none.</summary>
    [Description("Importance weights of dense to sparse probabilities, outside the clip: token, sequence, geometric or null")]
    public RatioLevel? RolloutIs { get; init; } = RatioLevel.Token;

    /// <summary>Gets the greatest weight.</summary>
    [Description("Greatest importance weight; null does not truncate")]
    public double? RolloutIsThreshold { get; init; }

    /// <summary>Gets whether weights are divided by their mean.</summary>
    [Description("Divide the weights by their mean over the rollout batch, rejected responses included")]
    public bool RolloutIsBatchNormalize { get; init; }

    /// <summary>Gets the level of the window outside of which tokens or responses have no loss; null has none.</summary>
    [Description("Drop what has a ratio outside the window: token drops tokens; sequence, geometric drop responses; null drops nothing")]
    public RatioLevel? RolloutRs { get; init; }

    /// <summary>Gets the window's upper end.</summary>
    [Description("Upper end of the window of rollout_rs")]
    public double RolloutRsThreshold { get; init; } = 2;

    /// <summary>Gets the window's lower end.</summary>
    [Description("Lower end of the window of rollout_rs; null means 1 / rollout_rs_threshold")]
    public double? RolloutRsThresholdLower { get; init; }

    /// <summary>Gets the ratio below which one token rejects its whole response.</summary>
    [Description("A token of a smaller ratio rejects its whole response (the paper's epsilon); null rejects nothing")]
    public double? RolloutTokenVetoThreshold { get; init; } = 1e-4;

    /// <summary>Gets the bound of a ratio's logarithm.</summary>
    [Description("Bound of the ratio's logarithm, both signs; null has none")]
    public double? LogRatioClamp { get; init; }

    /// <summary>Gets whether the sampler's own log-probabilities are the old policy.</summary>
    [Description("Take the sparse sampler itself as the old policy of the clipped ratio (excludes rollout_is)")]
    public bool BypassMode { get; init; }

    /// <summary>Gets the window's lower end.</summary>
    internal double WindowLow => RolloutRsThresholdLower ?? (1 / RolloutRsThreshold);

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        var check = new SettingsRange("objective.rollout_correction");
        check.Require(RolloutIsThreshold is null or > 0, "rollout_is_threshold", RolloutIsThreshold, "more than 0, or null");
        check.Require(RolloutRsThreshold > 0, "rollout_rs_threshold", RolloutRsThreshold, "more than 0");
        check.Require(
            WindowLow >= 0 && WindowLow < RolloutRsThreshold,
            "rollout_rs_threshold_lower",
            RolloutRsThresholdLower,
            "0 or more and less than rollout_rs_threshold; null needs a rollout_rs_threshold of more than 1");
        check.Require(
            RolloutTokenVetoThreshold is null or (> 0 and < 1),
            "rollout_token_veto_threshold",
            RolloutTokenVetoThreshold,
            "more than 0 and less than 1, or null");
        check.Require(LogRatioClamp is null or (> 0 and <= 700), "log_ratio_clamp", LogRatioClamp, "more than 0 and at most 700, or null");
        check.Require(
            !BypassMode || RolloutIs is null,
            "bypass_mode",
            BypassMode,
            "false beside rollout_is: the sampler's ratio would count twice; set rollout_is to null");
    }
}
