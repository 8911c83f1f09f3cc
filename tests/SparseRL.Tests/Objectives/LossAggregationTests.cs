using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

public sealed class LossAggregationTests
{
    private static readonly double[][] Losses = [[0.1, 0.2], [0.1, 0.2, 0.3, 0.4, 0.5], [0.6]];

    [Theory]
    [InlineData(LossAggMode.SeqMeanTokenMean, 0.35)]
    [InlineData(LossAggMode.TokenMean, 0.30)]
    [InlineData(LossAggMode.SeqMeanTokenSum, 0.8)]
    [InlineData(LossAggMode.SeqMeanTokenSumNorm, 0.08)]
    public void Nothing_rejected_by_hand(LossAggMode mode, double expected) =>
        Assert.Equal(expected, Aggregate(mode, [2, 5, 1], false), 12);

    [Theory]
    [InlineData(LossAggMode.SeqMeanTokenMean, false, 0.25)]
    [InlineData(LossAggMode.SeqMeanTokenMean, true, 0.375)]
    [InlineData(LossAggMode.TokenMean, false, 0.1125)]
    [InlineData(LossAggMode.TokenMean, true, 0.3)]
    [InlineData(LossAggMode.SeqMeanTokenSum, false, 0.3)]
    [InlineData(LossAggMode.SeqMeanTokenSum, true, 0.45)]
    public void A_rejected_response_counts_in_the_divisor_unless_renormalised(LossAggMode mode, bool renormalize, double expected) =>
        Assert.Equal(expected, Aggregate(mode, [2, 0, 1], renormalize), 12);

    [Fact]
    public void A_masked_token_leaves_the_mean_of_its_response() =>
        Assert.Equal((0.15 + 0.2 + 0.6) / 3, Aggregate(LossAggMode.SeqMeanTokenMean, [2, 3, 1], false), 12);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_left_is_0_and_not_NaN(bool renormalize)
    {
        foreach (var mode in Enum.GetValues<LossAggMode>())
        {
            Assert.Equal(0, Aggregate(mode, [0, 0, 0], renormalize));
        }
    }

    [Fact]
    public void Lists_of_different_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => LossAggregation.Scales(LossAggMode.TokenMean, [1, 2], [1], 3, false));

    // the first tokens of each response are kept
    private static double Aggregate(LossAggMode mode, int[] kept, bool renormalize)
    {
        var scales = LossAggregation.Scales(mode, [2, 5, 1], kept, 10, renormalize);
        return Losses.Select((losses, i) => scales[i] * losses.Take(kept[i]).Sum()).Sum();
    }
}
