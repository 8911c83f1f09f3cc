using CsCheck;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

public sealed class KlEstimatorTests
{
    [Fact]
    public void Values_by_hand()
    {
        Assert.Equal(-0.5, KlEstimator.K1(-0.5).Loss);
        Assert.Equal(0.5, KlEstimator.Abs(-0.5).Loss);
        Assert.Equal(0.125, KlEstimator.K2(-0.5).Loss);
        Assert.Equal(Math.Exp(0.5) - 1 - 0.5, KlEstimator.K3(-0.5).Loss, 14);
        Assert.Equal(Math.Exp(-0.5) - 1 + 0.5, KlEstimator.K3(0.5).Loss, 14);
    }

    [Fact]
    public void K3_is_never_negative_and_keeps_its_digits_near_0() => Gen.Double[-8, 1].Sample(exponent =>
    {
        foreach (var r in new[] { Math.Pow(10, exponent), -Math.Pow(10, exponent) })
        {
            Assert.True(KlEstimator.K3(r).Loss >= 0);
            if (exponent is > -6 and < -3)
            {
                Assert.Equal(r * r / 2, KlEstimator.K3(r).Loss, r * r * 1e-3);
            }
        }
    });

    [Fact]
    public void The_expectation_of_k1_and_k3_is_the_divergence() => Distributions((policy, reference) =>
    {
        var exact = policy.Zip(reference, (p, q) => p * Math.Log(p / q)).Sum();
        Assert.Equal(exact, Expectation(KlEstimator.K1), 1e-10);
        Assert.Equal(exact, Expectation(KlEstimator.K3), 1e-10);

        double Expectation(Func<double, LossTerm> estimate) =>
            policy.Zip(reference, (p, q) => p * estimate(Math.Log(p / q)).Loss).Sum();
    });

    [Fact]
    public void As_losses_k1_pulls_nowhere_k2_down_the_divergence_and_k3_down_the_reversed_one() => Distributions((policy, reference) =>
    {
        // Σ_a p_a · slope_a · ∂ ln p_a / ∂θ_k = p_k (slope_k − Σ p slope), with logits θ
        for (var k = 0; k < policy.Length; k++)
        {
            Assert.Equal(0, Gradient(KlEstimator.K1, k), 1e-10);
            Assert.Equal(policy[k] * (Log(k) - policy.Select((p, a) => p * Log(a)).Sum()), Gradient(KlEstimator.K2, k), 1e-10);
            Assert.Equal(policy[k] - reference[k], Gradient(KlEstimator.K3, k), 1e-10);
        }

        double Log(int arm) => Math.Log(policy[arm] / reference[arm]);

        double Gradient(Func<double, LossTerm> estimate, int k) =>
            policy[k] * (estimate(Log(k)).Slope - policy.Select((p, a) => p * estimate(Log(a)).Slope).Sum());
    });

    [Fact]
    public void Low_var_kl_is_bounded_and_flat_behind_its_bound()
    {
        Assert.Equal(KlEstimator.K3(-2), KlEstimator.LowVarKl(-2));
        Assert.Equal(new LossTerm(10, 0), KlEstimator.LowVarKl(-3));
        Assert.Equal(new LossTerm(10, 0), KlEstimator.LowVarKl(double.NegativeInfinity));
        Assert.Equal(new LossTerm(10, 0), KlEstimator.LowVarKl(double.PositiveInfinity));
        Assert.Equal(new LossTerm(10, 0), KlEstimator.LowVarKl(15));
    }

    [Theory]
    [InlineData(KlLossType.K1)]
    [InlineData(KlLossType.Abs)]
    [InlineData(KlLossType.K2)]
    [InlineData(KlLossType.K3)]
    [InlineData(KlLossType.LowVarKl)]
    public void Slopes_are_derivatives(KlLossType type) => Gen.Double[-2, 2].Where(r => Math.Abs(r) > 1e-4).Sample(r =>
    {
        const double step = 1e-5;
        var difference = (KlEstimator.Of(type, r + step).Loss - KlEstimator.Of(type, r - step).Loss) / (2 * step);
        Assert.Equal(difference, KlEstimator.Of(type, r).Slope, 1e-7);
    });

    private static void Distributions(Action<double[], double[]> check)
    {
        var distribution = Gen.Double[0.05, 1].Array[5].Select(weights => weights.Select(w => w / weights.Sum()).ToArray());
        Gen.Select(distribution, distribution).Sample(check);
    }
}
