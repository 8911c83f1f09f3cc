using System.ComponentModel;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.SparseRL.Advantages;
using LlmEfficiency.SparseRL.Corrections;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>What is optimised; the defaults are the paper's equation. Names as in verl.</summary>
public sealed record ObjectiveSettings
{
    /// <summary>Gets to what rewards are compared.</summary>
    [Description("Advantage of a response: grpo (against its group's mean) or rloo (against the mean of the others)")]
    public AdvantageEstimator AdvEstimator { get; init; } = AdvantageEstimator.Grpo;

    /// <summary>Gets whether advantages are divided by the group's deviation.</summary>
    [Description("With grpo: divide advantages by the standard deviation of the group's rewards")]
    public bool NormAdvByStdInGrpo { get; init; } = true;

    /// <summary>Gets of what the clipped ratio is taken.</summary>
    [Description("The clipped ratio: vanilla (of each token) or gspo (of the whole response)")]
    public LossMode LossMode { get; init; } = LossMode.Vanilla;

    /// <summary>Gets how far the ratio may fall.</summary>
    [Description("How far the ratio may fall below 1 under a negative advantage")]
    public double ClipRatioLow { get; init; } = 0.2;

    /// <summary>Gets how far the ratio may rise.</summary>
    [Description("How far the ratio may rise above 1 under a positive advantage; higher than the low one is clip-higher")]
    public double ClipRatioHigh { get; init; } = 0.2;

    /// <summary>Gets the bound of dual-clip PPO.</summary>
    [Description("Dual clip: greatest ratio under a negative advantage; null has none")]
    public double? ClipRatioC { get; init; }

    /// <summary>Gets the weight of the divergence from the reference model.</summary>
    [Description("Weight of the divergence from the reference model; 0 needs no reference model")]
    public double KlLossCoef { get; init; } = 1e-4;

    /// <summary>Gets the estimator of that divergence.</summary>
    [Description("Estimator of the divergence: k1, abs, k2, k3 or low_var_kl (k3 bounded to 10)")]
    public KlLossType KlLossType { get; init; } = KlLossType.LowVarKl;

    /// <summary>Gets how token losses become one number.</summary>
    [Description("Aggregation: seq-mean-token-mean, token-mean, seq-mean-token-sum or seq-mean-token-sum-norm")]
    public LossAggMode LossAggMode { get; init; } = LossAggMode.SeqMeanTokenMean;

    /// <summary>Gets the constant of seq-mean-token-sum-norm.</summary>
    [Description("Constant by which seq-mean-token-sum-norm divides; null means the most tokens of a response")]
    public int? LossScaleFactor { get; init; }

    /// <summary>Gets whether what was rejected is left out of the batch's divisor.</summary>
    [Description("Leave what was rejected out of the batch's divisor, so that the others weigh more")]
    public bool Renormalize { get; init; }

    /// <summary>Gets the weight of our penalty on the mismatch.</summary>
    [Description("Ours: weight of a penalty on the divergence of the policy from the sparse sampler; 0 is the paper")]
    public double MismatchCoef { get; init; }

    /// <summary>Gets how rollouts of the sparse sampler are corrected.</summary>
    [Description("How rollouts of the sparse sampler are corrected")]
    public CorrectionSettings RolloutCorrection { get; init; } = new();

    /// <summary>Gets the penalty on nearly cut responses.</summary>
    [Description("Penalty on nearly cut responses")]
    public OverlongSettings OverlongBuffer { get; init; } = new();

    /// <summary>Gets the dynamic sampling.</summary>
    [Description("Dynamic sampling")]
    public GroupFilterSettings FilterGroups { get; init; } = new();

    /// <summary>Gets whether log-probabilities of a reference model are needed.</summary>
    internal bool NeedsReference => KlLossCoef > 0;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        var check = new SettingsRange("objective");
        check.Require(ClipRatioLow is > 0 and <= 1, "clip_ratio_low", ClipRatioLow, "more than 0 and at most 1");
        check.Require(double.IsFinite(ClipRatioHigh) && ClipRatioHigh > 0, "clip_ratio_high", ClipRatioHigh, "more than 0");
        check.Require(
            ClipRatioC is null || ClipRatioC > 1 + ClipRatioHigh, "clip_ratio_c", ClipRatioC, "more than 1 + clip_ratio_high, or null");
        check.Require(double.IsFinite(KlLossCoef) && KlLossCoef >= 0, "kl_loss_coef", KlLossCoef, "0 or more");
        check.Require(LossScaleFactor is null or > 0, "loss_scale_factor", LossScaleFactor, "1 or more, or null");
        check.Require(double.IsFinite(MismatchCoef) && MismatchCoef >= 0, "mismatch_coef", MismatchCoef, "0 or more");
        RolloutCorrection.Validate();
        OverlongBuffer.Validate();
        FilterGroups.Validate();
    }
}
