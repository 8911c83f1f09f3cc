using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Objectives;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Training;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Training;

public sealed class RlSettingsTests
{
    private static readonly RlSettings Valid = new()
    {
        Model = new ModelSettings { From = "policy" },
        Prompts = new PromptSettings { Task = "permutation-walk" },
    };

    [Fact]
    public void Without_a_preset_the_papers_equation_holds() =>
        Assert.Equal(ObjectivePresets.Get("paper"), Valid.Resolve().Objective);

    [Fact]
    public void Every_preset_is_taken_over_whole() => Assert.All(
        ObjectivePresets.All, preset => Assert.Equal(preset.Settings, (Valid with { Preset = preset.Name }).Resolve().Objective));

    [Fact]
    public void Values_that_are_given_stand_over_the_presets()
    {
        var resolved = (Valid with
        {
            Preset = "official-code",
            Objective = new ObjectiveSettings { KlLossCoef = 0, RolloutCorrection = new() { RolloutIsThreshold = 3 } },
        }).Resolve().Objective;
        var named = ObjectivePresets.Get("official-code");
        Assert.Equal(
            named with { KlLossCoef = 0, RolloutCorrection = named.RolloutCorrection with { RolloutIsThreshold = 3 } }, resolved);
    }

    [Theory]
    [InlineData("rollout.top_p=0.9", "top_p")]
    [InlineData("rollout.top_k=5", "top_k")]
    [InlineData("rollout.temperature=0", "rollout.temperature")]
    [InlineData("rollout.cache.policy=lru", "lru")]
    [InlineData("preset=ppo", "ppo")]
    [InlineData("training.updates_per_iteration=0", "training.updates_per_iteration")]
    [InlineData("kind=train", "kind")]
    [InlineData("prompts.task=null", "prompts")]
    public void What_cannot_work_is_refused_by_name(string setting, string named)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => Read(setting).Resolve());
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_distribution_is_allowed_where_nothing_is_corrected() =>
        Assert.Equal(0.9, Read("rollout.top_p=0.9", "preset=naive").Resolve().Rollout.TopP);

    private static RlSettings Read(params string[] overrides) =>
        SettingsFile.Parse("test", "{ \"model\": { \"from\": \"policy\" }, \"prompts\": { \"task\": \"permutation-walk\" } }"u8.ToArray(), overrides, RlJson.Default.RlSettings);
}
