using CsCheck;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

public sealed class MismatchPenaltyTests
{
    [Fact]
    public void Over_the_samplers_draws_it_is_the_divergence_of_the_policy_from_the_sampler() =>
        Gen.Select(Gen.Double[0.2, 1].Array[4], Gen.Double[0.2, 1].Array[4]).Sample((first, second) =>
        {
            var (sparse, policy) = (first.Select(p => p / first.Sum()).ToArray(), second.Select(p => p / second.Sum()).ToArray());
            var exact = sparse.Zip(policy, (s, p) => s * Math.Log(s / p)).Sum();
            Assert.Equal(exact, sparse.Zip(policy, (s, p) => s * MismatchPenalty.Of(Math.Log(p), Math.Log(s)).Loss).Sum(), 1e-10);

            // and its expected gradient by logits is p − s: gone when the policy is the sampler
            for (var k = 0; k < 4; k++)
            {
                var slopes = sparse.Zip(policy, (s, p) => s * MismatchPenalty.Of(Math.Log(p), Math.Log(s)).Slope).ToArray();
                Assert.Equal(policy[k] - sparse[k], slopes[k] - (policy[k] * slopes.Sum()), 1e-10);
            }
        });

    [Fact]
    public void It_is_least_where_both_agree()
    {
        Assert.Equal(new LossTerm(0, 0), MismatchPenalty.Of(-1, -1));
        Assert.True(MismatchPenalty.Of(-2, -1).Slope < 0);
        Assert.True(MismatchPenalty.Of(-0.5, -1).Slope > 0);
    }
}
