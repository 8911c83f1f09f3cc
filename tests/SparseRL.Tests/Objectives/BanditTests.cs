using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

/// <summary>Expected gradients in closed form, through the whole objective.</summary>
public sealed class BanditTests
{
    private static readonly double[] Old = [0.5, 0.3, 0.15, 0.05];
    private static readonly double[] Sparse = [0.2, 0.2, 0.2, 0.4];
    private static readonly double[] Values = [1, -1, 0.5, 2];
    private static readonly SoftmaxBandit Bandit = new(Sparse, Old, Values);

    [Theory]
    [InlineData("paper")]
    [InlineData("reweight-only")]
    public void Reweighting_gives_the_gradient_of_the_dense_policys_own_value(string name) =>
        AssertEqual(Bandit.Gradient(arm => Old[arm]), Bandit.ExpectedGradient(Preset(name)));

    [Fact]
    public void Naive_rollouts_give_that_of_another_weighting() =>
        AssertEqual(Bandit.Gradient(arm => Sparse[arm]), Bandit.ExpectedGradient(Preset("naive")));

    [Fact]
    public void Bypass_gives_that_of_the_dense_policy_only_inside_its_clip()
    {
        // ratios 2.5, 1.5, 0.75, 0.125: the first is above 1.2 under a positive advantage and lost
        AssertEqual(Bandit.Gradient(arm => arm == 0 ? 0 : Old[arm]), Bandit.ExpectedGradient(Preset("bypass")));
    }

    [Fact]
    public void Truncation_takes_what_is_above_the_threshold() =>
        AssertEqual(Bandit.Gradient(arm => Math.Min(Old[arm], 2 * Sparse[arm])), Bandit.ExpectedGradient(Preset("tis")));

    [Fact]
    public void Masking_drops_what_is_outside_the_window() =>
        AssertEqual(Bandit.Gradient(arm => arm is 1 or 2 ? Old[arm] : 0), Bandit.ExpectedGradient(Preset("mis")));

    [Fact]
    public void With_rejection_it_is_the_gradient_over_what_is_kept()
    {
        double[] old = [0.7, 0.29999, 0.00001];
        double[] sparse = [0.3, 0.3, 0.4];      // ξ of the last arm is 2.5e-5
        var bandit = new SoftmaxBandit(sparse, old, [1, -1, 3]);
        AssertEqual(bandit.Gradient(arm => arm == 2 ? 0 : old[arm]), bandit.ExpectedGradient(Preset("paper")));
        AssertEqual(bandit.Gradient(arm => arm == 2 ? 0 : sparse[arm]), bandit.ExpectedGradient(Preset("reject-only")));
    }

    [Fact]
    public void Going_down_the_expected_gradient_reaches_the_best_arm_only_with_weights()
    {
        // Arm 0 is best; the sampler nearly never draws it and loves arm 1 — the more, the less the dense policy does.
        Assert.True(ProbabilityOfBest("paper") > 0.9);
        Assert.True(ProbabilityOfBest("naive") < 0.5);
    }

    private static double ProbabilityOfBest(string name)
    {
        double[] logits = [0, 0, 0];
        for (var step = 0; step < 300; step++)
        {
            var old = Softmax(logits);
            var sparse = Softmax([logits[0] - 4, logits[1] + 2, logits[2]]);
            double[] rewards = [1, 0.8, 0];
            var mean = rewards.Zip(old, (reward, p) => reward * p).Sum();
            var gradient = new SoftmaxBandit(sparse, old, [.. rewards.Select(reward => reward - mean)]).ExpectedGradient(Preset(name));
            logits = [.. logits.Zip(gradient, (logit, slope) => logit - slope)];
        }

        return Softmax(logits)[0];
    }

    private static double[] Softmax(double[] logits)
    {
        var weights = logits.Select(Math.Exp).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static ObjectiveSettings Preset(string name) => ObjectivePresets.Get(name) with { KlLossCoef = 0 };

    private static void AssertEqual(double[] expected, double[] actual)
    {
        for (var k = 0; k < expected.Length; k++)
        {
            Assert.Equal(expected[k], actual[k], 1e-6);
        }
    }
}
