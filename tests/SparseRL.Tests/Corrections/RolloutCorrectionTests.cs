using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Corrections;

public sealed class RolloutCorrectionTests
{
    private static readonly CorrectionSettings Paper = new();
    private static readonly CorrectionSettings Official = ObjectivePresets.Get("official-code").RolloutCorrection;

    [Fact]
    public void A_ratio_equal_to_the_threshold_is_kept_and_the_next_smaller_one_rejects()
    {
        Assert.False(SparsityRejection.Rejects(Math.Log(1e-4), 1e-4));
        Assert.True(SparsityRejection.Rejects(Math.BitDecrement(Math.Log(1e-4)), 1e-4));
        Assert.True(SparsityRejection.Rejects(double.NegativeInfinity, 1e-4));
    }

    [Fact]
    public void Padding_below_the_threshold_keeps()
    {
        var corrected = RolloutCorrection.Of([Sequence([0, -30], [true, false])], Paper);
        Assert.False(corrected.Sequences[0].IsRejected);
        Assert.Equal([true, false], corrected.Sequences[0].Kept.ToArray());
    }

    [Theory]
    [InlineData(-1f, float.NegativeInfinity)]       // ξ = 0
    [InlineData(float.NegativeInfinity, -1f)]       // the sampler drew what it says it cannot
    [InlineData(float.NaN, -1f)]
    public void What_is_no_number_is_rejected_under_every_objective(float sparse, float old)
    {
        foreach (var preset in ObjectivePresets.All)
        {
            var corrected = RolloutCorrection.Of(
                [new([-1, sparse], [-1, old]), new([-1], [-1])], preset.Settings.RolloutCorrection);
            Assert.True(corrected.Sequences[0].IsRejected);
            Assert.False(corrected.Sequences[1].IsRejected);
            Assert.Equal((1, 1), (corrected.Counts.NonFinite, corrected.Counts.Rejected));
            Assert.Equal(1, corrected.Counts.Normalizer);
        }
    }

    [Fact]
    public void The_papers_weights_are_not_truncated()
    {
        var weights = RolloutCorrection.Of([Sequence([5, -2, 0])], Paper).Sequences[0].Weights;
        Assert.Equal(Math.Exp(5), weights[0], 1e-9);
        Assert.Equal(Math.Exp(-2), weights[1], 1e-9);
    }

    [Fact]
    public void The_official_order_by_hand()
    {
        // ξ = 2 (truncated to 1.5, outside of the window), 1, ¼ (outside) | 1, ~0 (veto)
        var batch = new[] { Sequence([MathF.Log(2), 0, -MathF.Log(4)]), Sequence([0, -25]) };
        var corrected = RolloutCorrection.Of(batch, Official);

        // the mean is over all five tokens, before any of them is rejected
        var mean = (1.5 + 1 + 0.25 + 1 + Math.Exp(-20)) / 5;
        Assert.Equal(mean, corrected.Counts.Normalizer, 1e-7);
        Assert.Equal([false, true, false], corrected.Sequences[0].Kept.ToArray());
        Assert.Equal(1 / mean, corrected.Sequences[0].Weights[1], 1e-6);
        Assert.Equal(1.5 / mean, corrected.Sequences[0].Weights[0], 1e-6);
        Assert.True(corrected.Sequences[1].IsRejected);
        Assert.Equal([false, false], corrected.Sequences[1].Kept.ToArray());
        var expected = new CorrectionCounts(2, 1, 0, 2, 5, 4, 1, corrected.Counts.Normalizer);
        Assert.Equal(expected, corrected.Counts);
    }

    [Fact]
    public void The_window_holds_its_ends()
    {
        var settings = CorrectionSettings.None with { RolloutRs = RatioLevel.Token, RolloutRsThreshold = 1, RolloutRsThresholdLower = 0.5 };
        Assert.Equal([true, true, false], RolloutCorrection.Of([Sequence([0, -0.5f, 0.01f])], settings).Sequences[0].Kept.ToArray());
    }

    [Fact]
    public void A_mean_of_nearly_nothing_does_not_divide()
    {
        var settings = Official with { RolloutTokenVetoThreshold = null };
        var corrected = RolloutCorrection.Of([Sequence([-25, -25])], settings);
        Assert.Equal(1, corrected.Counts.Normalizer);
        Assert.Equal(Math.Exp(-20), corrected.Sequences[0].Weights[0], 1e-12);      // the logarithm's bound
    }

    [Fact]
    public void Levels_of_weights_by_hand()
    {
        var batch = new[] { Sequence([0.5f, -0.25f]), Sequence([0.25f]) };
        Assert.Equal(Math.Exp(0.25), Weight(RatioLevel.Sequence), 1e-9);
        Assert.Equal(Math.Exp(0.125), Weight(RatioLevel.Geometric), 1e-9);
        Assert.Equal(Math.Exp(0.5), Weight(RatioLevel.Token), 1e-9);

        double Weight(RatioLevel level) => RolloutCorrection.Of(batch, Paper with { RolloutIs = level }).Sequences[0].Weights[0];
    }

    [Fact]
    public void Weights_of_responses_are_normalised_over_responses()
    {
        var settings = Paper with { RolloutIs = RatioLevel.Sequence, RolloutIsBatchNormalize = true };
        var corrected = RolloutCorrection.Of([Sequence([1, 0, 0, 0]), Sequence([0]), Sequence([])], settings);
        Assert.Equal((Math.E + 1) / 2, corrected.Counts.Normalizer, 1e-9);
    }

    [Theory]
    [InlineData(RatioLevel.Sequence, true)]     // 30 tokens of 0.05: the product is e^1.5
    [InlineData(RatioLevel.Geometric, false)]   // their mean is e^0.05 at any length
    public void Only_the_product_grows_with_the_length(RatioLevel level, bool rejects)
    {
        var settings = CorrectionSettings.None with { RolloutRs = level, RolloutRsThreshold = 2 };
        var sequence = Sequence([.. Enumerable.Repeat(0.05f, 30)]);
        Assert.Equal(rejects, RolloutCorrection.Of([sequence], settings).Sequences[0].IsRejected);
    }

    [Fact]
    public void An_empty_response_is_neither_rejected_nor_counted()
    {
        var settings = Official with { RolloutRs = RatioLevel.Geometric, RolloutRsThresholdLower = 1.2 };
        var corrected = RolloutCorrection.Of([new([], [])], settings);
        Assert.False(corrected.Sequences[0].IsRejected);
        Assert.Equal(0, corrected.Counts.MaskedSequences);
    }

    [Fact]
    public void A_huge_ratio_is_still_a_number() =>
        Assert.True(double.IsFinite(RolloutCorrection.Of([Sequence([5000])], Paper).Sequences[0].Weights[0]));

    // the dense policy gives ln 1, so that the ratios are exact
    private static SequenceLogProbabilities Sequence(float[] logRatios, bool[]? mask = null) =>
        new([.. logRatios.Select(value => -value)], new float[logRatios.Length], mask: mask);
}
