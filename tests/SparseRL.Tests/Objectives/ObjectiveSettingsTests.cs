using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.SparseRL.Advantages;
using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Objectives;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

public sealed class ObjectiveSettingsTests
{
    public static TheoryData<ObjectiveSettings, string> Impossible => new()
    {
        { new ObjectiveSettings { ClipRatioLow = 0 }, "objective.clip_ratio_low is 0: allowed is more than 0 and at most 1" },
        { new ObjectiveSettings { ClipRatioHigh = double.NaN }, "objective.clip_ratio_high" },
        { new ObjectiveSettings { ClipRatioC = 1.1 }, "objective.clip_ratio_c is 1.1" },
        { new ObjectiveSettings { KlLossCoef = -1 }, "objective.kl_loss_coef" },
        { new ObjectiveSettings { LossScaleFactor = 0 }, "objective.loss_scale_factor" },
        { new ObjectiveSettings { MismatchCoef = -0.5 }, "objective.mismatch_coef" },
        { With(new CorrectionSettings { RolloutIsThreshold = 0 }), "objective.rollout_correction.rollout_is_threshold" },
        { With(new CorrectionSettings { RolloutRsThreshold = 0.5 }), "objective.rollout_correction.rollout_rs_threshold_lower is null" },
        { With(new CorrectionSettings { RolloutRsThreshold = 0 }), "objective.rollout_correction.rollout_rs_threshold is 0" },
        { With(new CorrectionSettings { RolloutTokenVetoThreshold = 1 }), "objective.rollout_correction.rollout_token_veto_threshold" },
        { With(new CorrectionSettings { LogRatioClamp = 0 }), "objective.rollout_correction.log_ratio_clamp" },
        { With(new CorrectionSettings { BypassMode = true }), "objective.rollout_correction.bypass_mode" },
        { With(new OverlongSettings { Len = 0 }), "objective.overlong_buffer.len" },
        { With(new OverlongSettings { PenaltyFactor = -1 }), "objective.overlong_buffer.penalty_factor" },
        { With(new GroupFilterSettings { MaxNumGenBatches = 0 }), "objective.filter_groups.max_num_gen_batches" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_values_are_refused_by_name(ObjectiveSettings settings, string message)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(settings.Validate);
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_is_valid_and_comes_back_from_its_text()
    {
        foreach (var preset in ObjectivePresets.All)
        {
            preset.Settings.Validate();
            var text = SettingsText.Write(preset.Settings, ObjectiveJson.Default.ObjectiveSettings);
            using var folder = new TemporaryFolder();
            var path = folder.File("objective.json");
            File.WriteAllText(path, text);
            Assert.Equal(preset.Settings, SettingsFile.Read(path, [], ObjectiveJson.Default.ObjectiveSettings));
        }
    }

    [Fact]
    public void Keys_and_words_are_those_of_verl()
    {
        var settings = SettingsFile.Read(
            null,
            [
                "loss_agg_mode=seq-mean-token-sum-norm", "kl_loss_type=low_var_kl", "norm_adv_by_std_in_grpo=false", "clip_ratio_high=0.28",
                "rollout_correction.rollout_is=sequence", "rollout_correction.rollout_is_threshold=2", "filter_groups.enable=true",
            ],
            ObjectiveJson.Default.ObjectiveSettings);
        Assert.Equal(LossAggMode.SeqMeanTokenSumNorm, settings.LossAggMode);
        Assert.False(settings.NormAdvByStdInGrpo);
        Assert.Equal(RatioLevel.Sequence, settings.RolloutCorrection.RolloutIs);
        Assert.Equal(1e-4, settings.RolloutCorrection.RolloutTokenVetoThreshold);       // what is not set stays the paper's
    }

    [Fact]
    public void The_default_is_the_paper() => Assert.Equal(new ObjectiveSettings(), ObjectivePresets.Get("paper"));

    [Fact]
    public void Names_are_unique_and_an_unknown_one_is_answered_with_them_all()
    {
        Assert.Distinct(ObjectivePresets.All.Select(preset => preset.Name));
        var problem = Assert.Throws<LlmEfficiencyException>(() => ObjectivePresets.Get("ppo"));
        Assert.Contains("official-code", problem.Message, StringComparison.Ordinal);
    }

    private static ObjectiveSettings With(CorrectionSettings correction) => new() { RolloutCorrection = correction };

    private static ObjectiveSettings With(OverlongSettings overlong) => new() { OverlongBuffer = overlong };

    private static ObjectiveSettings With(GroupFilterSettings filter) => new() { FilterGroups = filter };
}
