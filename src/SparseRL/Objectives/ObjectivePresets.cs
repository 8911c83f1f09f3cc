using LlmEfficiency.Core.Errors;
using LlmEfficiency.SparseRL.Advantages;
using LlmEfficiency.SparseRL.Corrections;

namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>The objectives that have a name.</summary>
public static class ObjectivePresets
{
    private static readonly ObjectiveSettings Paper = new();

    private static readonly ObjectiveSettings Naive = Paper with { RolloutCorrection = CorrectionSettings.None };

    private static readonly ObjectiveSettings Dapo = Naive with
    {
        KlLossCoef = 0,
        ClipRatioHigh = 0.28,
        LossAggMode = LossAggMode.TokenMean,
        OverlongBuffer = new OverlongSettings { Enable = true },
        FilterGroups = new GroupFilterSettings { Enable = true },
    };

    private static readonly CorrectionSettings OfficialCode = new()
    {
        RolloutIs = RatioLevel.Token,
        RolloutIsThreshold = 1.5,
        RolloutIsBatchNormalize = true,
        RolloutRs = RatioLevel.Token,
        RolloutRsThreshold = 1.5,
        RolloutRsThresholdLower = 0.5,
        RolloutTokenVetoThreshold = 1e-4,
        LogRatioClamp = 20,
    };

    private static readonly CorrectionSettings Tis = new()
    {
        RolloutIs = RatioLevel.Token,
        RolloutIsThreshold = 2,
        RolloutTokenVetoThreshold = null,
        LogRatioClamp = 20,
    };

    private static readonly CorrectionSettings Bypass = new() { RolloutIs = null, RolloutTokenVetoThreshold = null, BypassMode = true };

    /// <summary>Gets them all.</summary>
    public static IReadOnlyList<ObjectivePreset> All { get; } =
    [
        new(
            "paper",
            "Sparse-RL's equation: ξ outside the clip, untruncated; a token of ξ < 1e-4 rejects its response",
            Paper),
        new(
            "official-code",
            "Sparse-RL's code: weights up to 1.5 over their batch mean, tokens in [0.5, 1.5] only, veto at 1e-4",
            Paper with { RolloutCorrection = OfficialCode }),
        new(
            "naive",
            "sparse rollouts taken for dense ones: no weights, no rejection",
            Naive),
        new(
            "reject-only",
            "the paper's rejection without its weights",
            Paper with { RolloutCorrection = new() { RolloutIs = null } }),
        new(
            "reweight-only",
            "the paper's weights without its rejection",
            Paper with { RolloutCorrection = new() { RolloutTokenVetoThreshold = null } }),
        new(
            "bypass",
            "the clipped ratio taken against the sparse sampler: no weights, no rejection",
            Paper with { RolloutCorrection = Bypass }),
        new(
            "grpo",
            "GRPO: group mean and deviation, mean of means, k3 against the reference",
            Naive with { KlLossCoef = 1e-3 }),
        new(
            "dapo",
            "DAPO: clip-higher, dynamic sampling, overlong shaping, mean over tokens, no reference",
            Dapo),
        new(
            "dr-grpo",
            "Dr.GRPO: no deviation, a constant in place of the length, no reference",
            Naive with { KlLossCoef = 0, NormAdvByStdInGrpo = false, LossAggMode = LossAggMode.SeqMeanTokenSumNorm }),
        new(
            "gspo",
            "GSPO: one ratio for a response, the geometric mean of its tokens', no reference",
            Naive with { KlLossCoef = 0, LossMode = LossMode.Gspo, ClipRatioLow = 3e-4, ClipRatioHigh = 4e-4 }),
        new(
            "tis",
            "truncated importance sampling: weights of tokens up to 2",
            Paper with { RolloutCorrection = Tis }),
        new(
            "mis",
            "masked importance sampling: weights of tokens, those outside [0.5, 2] dropped",
            Paper with { RolloutCorrection = Tis with { RolloutRs = RatioLevel.Token } }),
    ];

    /// <summary>Returns the settings of a name.</summary>
    /// <param name="name">One of the presets' names.</param>
    /// <exception cref="LlmEfficiencyException">There is no such preset.</exception>
    public static ObjectiveSettings Get(string name) =>
        All.FirstOrDefault(preset => preset.Name == name)?.Settings ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration,
            $"there is no objective '{name}': take one of {string.Join(", ", All.Select(preset => preset.Name))}");
}
