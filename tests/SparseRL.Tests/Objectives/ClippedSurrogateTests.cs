using CsCheck;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

public sealed class ClippedSurrogateTests
{
    [Theory]
    [InlineData(1.1, 2, -2.2, ClipRegion.None)]
    [InlineData(1.5, 2, -2.56, ClipRegion.High)]
    [InlineData(0.5, 2, -1.0, ClipRegion.None)]
    [InlineData(0.5, -2, 1.6, ClipRegion.Low)]
    [InlineData(1.5, -2, 3.0, ClipRegion.None)]
    [InlineData(4.0, -2, 6.0, ClipRegion.Dual)]
    [InlineData(4.0, 0, 0, ClipRegion.None)]
    public void Clip_higher_and_dual_clip_by_hand(double ratio, double advantage, double loss, ClipRegion region)
    {
        var term = ClippedSurrogate.Of(Math.Log(ratio), advantage, 0.2, 0.28, 3);
        Assert.Equal(loss, term.Loss, 12);
        Assert.Equal(region, term.Region);
        Assert.Equal(region == ClipRegion.None ? -ratio * advantage : 0, term.Slope, 12);
    }

    [Fact]
    public void It_is_the_greater_of_both_losses_and_never_above_the_dual_one() => Gen.Select(
        Gen.Double[-3, 3], Gen.Double[-2, 2], Gen.Double[0.01, 0.9], Gen.Double[0.01, 0.9]).Sample((logRatio, advantage, low, high) =>
    {
        var ratio = Math.Exp(logRatio);
        var plain = Math.Max(-ratio * advantage, -Math.Clamp(ratio, 1 - low, 1 + high) * advantage);
        Assert.Equal(plain, ClippedSurrogate.Of(logRatio, advantage, low, high, null).Loss, 1e-12);
        var dual = advantage < 0 ? Math.Min(plain, -3 * advantage) : plain;
        Assert.Equal(dual, ClippedSurrogate.Of(logRatio, advantage, low, high, 3).Loss, 1e-12);
    });

    [Theory]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(500)]
    public void A_ratio_out_of_all_bounds_is_still_a_number(double logRatio)
    {
        var term = ClippedSurrogate.Of(logRatio, -1, 0.2, 0.2, null);
        Assert.True(double.IsFinite(term.Loss));
        Assert.Equal(0, term.Slope);
    }
}
