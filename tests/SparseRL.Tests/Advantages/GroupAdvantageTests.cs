using CsCheck;
using LlmEfficiency.SparseRL.Advantages;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Advantages;

public sealed class GroupAdvantageTests
{
    private static readonly Gen<double[]> Rewards = Gen.OneOf(Gen.Int[0, 1].Select(value => (double)value), Gen.Double[-2, 2]).Array[2, 12];

    [Fact]
    public void By_hand_with_the_deviation_of_n_minus_1()
    {
        var deviation = Math.Sqrt(1.0 / 3);       // of 1, 0, 0, 1 around ½
        Assert.Equal(0.5 / (deviation + 1e-6), GroupAdvantage.Normalized([1, 0, 0, 1])[0], 12);
        Assert.Equal([0.5, -0.5, -0.5, 0.5], GroupAdvantage.Centred([1, 0, 0, 1]));
        Assert.Equal(1 - (1.0 / 3), GroupAdvantage.LeaveOneOut([1, 0, 0, 1])[0], 12);
    }

    [Fact]
    public void They_sum_to_0_and_have_the_deviation_1() => Rewards.Where(r => r.Max() - r.Min() > 0.01).Sample(rewards =>
    {
        var advantages = GroupAdvantage.Normalized(rewards);
        Assert.Equal(0, advantages.Sum(), 1e-9);
        Assert.Equal(1, Math.Sqrt(advantages.Sum(a => a * a) / (rewards.Length - 1)), 1e-3);
        Assert.Equal(0, GroupAdvantage.Centred(rewards).Sum(), 1e-9);
    });

    [Fact]
    public void Leave_one_out_is_the_difference_to_the_mean_of_the_others() => Rewards.Sample(rewards =>
    {
        var advantages = GroupAdvantage.LeaveOneOut(rewards);
        for (var i = 0; i < rewards.Length; i++)
        {
            Assert.Equal(rewards[i] - rewards.Where((_, j) => j != i).Average(), advantages[i], 1e-9);
        }
    });

    [Fact]
    public void Equal_rewards_give_exactly_0() => Gen.Select(Gen.Double[-3, 3], Gen.Int[0, 9]).Sample((reward, count) =>
    {
        foreach (var estimator in Enum.GetValues<AdvantageEstimator>())
        {
            var rewards = Enumerable.Repeat(reward, count).ToArray();
            Assert.All(GroupAdvantage.Of(estimator, true, rewards), advantage => Assert.Equal(0, advantage));
        }
    });

    [Fact]
    public void A_group_of_one_has_no_deviation_and_no_signal() => Assert.Equal([0.0], GroupAdvantage.Normalized([1]));

    [Fact]
    public void The_settings_choose()
    {
        double[] rewards = [1, 0, 0.5];
        Assert.Equal(GroupAdvantage.Normalized(rewards), GroupAdvantage.Of(AdvantageEstimator.Grpo, true, rewards));
        Assert.Equal(GroupAdvantage.Centred(rewards), GroupAdvantage.Of(AdvantageEstimator.Grpo, false, rewards));
        Assert.Equal(GroupAdvantage.LeaveOneOut(rewards), GroupAdvantage.Of(AdvantageEstimator.Rloo, true, rewards));
    }
}
