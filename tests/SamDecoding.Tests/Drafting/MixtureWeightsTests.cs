using LlmEfficiency.SamDecoding.Drafting;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

public sealed class MixtureWeightsTests
{
    // The weight that makes what came most likely: w maximises 0.7 log(0.9 w + 0.1 (1 - w)) + 0.3 log(0.1 w + 0.9 (1 - w)), so w = 3/4.
    [Fact]
    public void The_weight_becomes_the_likeliest_one()
    {
        var weights = new MixtureWeights();
        for (var index = 0; index < 40_000; index++)
        {
            var isTexts = index % 10 < 7;
            weights.Learn(length: 2, depth: 1, byTexts: isTexts ? 0.9 : 0.1, byHead: isTexts ? 0.1 : 0.9);
        }

        Assert.Equal(0.75, weights.Texts(2, 1), 0.02);
    }

    [Fact]
    public void Kinds_of_context_are_apart()
    {
        var weights = new MixtureWeights();
        var before = weights.Texts(3, 0);
        for (var index = 0; index < 100; index++)
        {
            weights.Learn(3, 1, byTexts: 1, byHead: 0);
            weights.Learn(9, 0, byTexts: 0, byHead: 1);
        }

        weights.Learn(3, 0, byTexts: 0, byHead: 0);
        Assert.Equal(before, weights.Texts(3, 0));
        Assert.InRange(weights.Texts(3, 1), 0.9, 1);
        Assert.InRange(weights.Texts(15, 0), 0, 0.1);      // 8 to 15 are one kind
        Assert.Equal(weights.Texts(3, 2), weights.Texts(3, 900));
        Assert.InRange(weights.Texts(1_000_000, 5), 0.5, 1);
    }
}
