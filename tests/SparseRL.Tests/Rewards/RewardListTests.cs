using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.SparseRL.Rewards;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Rewards;

public sealed class RewardListTests
{
    [Fact]
    public void Rewards_are_summed_by_weight_and_truncated_responses_get_nothing()
    {
        using var scorer = RewardList.Open(
            [
                new RewardSettings { Kind = "math", RequiresBox = true },
                new RewardSettings { Kind = "format", Weight = 0.25 },
                new RewardSettings { Kind = "length", Weight = -0.5, FullTokens = 10, NoneTokens = 20 },
            ],
            task: null);
        var scored = scorer.Score(
        [
            Judged.Response("\\boxed{7}", tokens: 20),
            Judged.Response("\\boxed{7}", finish: FinishReason.Length),
            Judged.Response("\\boxed{8}", tokens: 15),
            Judged.Response("\\boxed{7}", finish: FinishReason.ContextFull),
            Judged.Response("7", tokens: 10, finish: FinishReason.StopString),
        ], TestContext.Current.CancellationToken);
        Assert.Equal([1.25, 0, 0, 0, -0.5], scored.Values);
        Assert.Equal(2, scored.Truncated);
        Assert.Equal(["math", "format", "length"], scored.Means.Select(mean => mean.Key));
        Assert.Equal([0.2, 0.4, 0.3], scored.Means.Select(mean => mean.Value));
    }

    [Fact]
    public void A_batch_of_nothing_or_of_truncated_responses_alone_is_no_failure()
    {
        using var scorer = RewardList.Open([new RewardSettings { Kind = "exact" }], task: null);
        Assert.Empty(scorer.Score([], TestContext.Current.CancellationToken).Values);
        var scored = scorer.Score([Judged.Response("7", finish: FinishReason.Cancelled)], TestContext.Current.CancellationToken);
        Assert.Equal([0], scored.Values);
        Assert.Equal(1, scored.Truncated);
    }

    [Fact]
    public void A_reward_that_is_not_finite_is_named()
    {
        using var scorer = new RewardScorer(new WeightedReward([(new NotFinite(), 1)]));
        var failure = Assert.Throws<LlmEfficiencyException>(() => scorer.Score([Judged.Response("7")], TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Numerics, failure.Kind);
        Assert.Contains("reward odd is NaN for a response to here: question 1", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<RewardSettings, string> Wrong { get; } = new()
    {
        { new RewardSettings { Kind = "vibes" }, "rewards[0].kind is vibes: use one of task, math" },
        { new RewardSettings { Kind = "math", Weight = 0 }, "rewards[0].weight is 0" },
        { new RewardSettings { Kind = "math", Tolerance = 1 }, "rewards[0].tolerance is 1" },
        { new RewardSettings { Kind = "regex" }, "rewards[0].pattern is missing" },
        { new RewardSettings { Kind = "length", FullTokens = 5, NoneTokens = 5 }, "rewards[0].none_tokens is 5: it must be more than full_tokens, which is 5" },
        { new RewardSettings { Kind = "external" }, "rewards[0].command is missing" },
        { new RewardSettings { Kind = "external", Command = ["x"], TimeoutSeconds = 0 }, "rewards[0].timeout_seconds is 0" },
        { new RewardSettings { Kind = "task" }, "kind task judges prompts of a task" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_setting_that_cannot_work_is_named(RewardSettings settings, string why)
    {
        var failure = Assert.Throws<LlmEfficiencyException>(() => RewardList.Open([settings], task: null));
        Assert.Equal(ErrorKind.Configuration, failure.Kind);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_at_least_one() =>
        Assert.Contains("rewards is empty", Assert.Throws<LlmEfficiencyException>(() => RewardList.Open([], task: null)).Message, StringComparison.Ordinal);

    private sealed class NotFinite() : SingleReward("odd")
    {
        protected override double Score(RewardRequest response) => double.NaN;
    }
}
