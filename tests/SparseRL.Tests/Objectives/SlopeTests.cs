using CsCheck;
using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

/// <summary>Every objective's slopes are the derivatives of its loss: finite differences, weights and masks held.</summary>
public sealed class SlopeTests
{
    private const float Step = 1f / 1024;

    public static TheoryData<string> Presets => [.. ObjectivePresets.All.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Slopes_of_a_preset_are_derivatives(string name) => Check(ObjectivePresets.Get(name));

    [Theory]
    [InlineData(KlLossType.K1)]
    [InlineData(KlLossType.Abs)]
    [InlineData(KlLossType.K2)]
    [InlineData(KlLossType.K3)]
    [InlineData(KlLossType.LowVarKl)]
    public void Slopes_with_a_reference_are_derivatives(KlLossType type) =>
        Check(new ObjectiveSettings { KlLossCoef = 0.7, KlLossType = type });

    [Theory]
    [InlineData(LossAggMode.SeqMeanTokenMean, true)]
    [InlineData(LossAggMode.TokenMean, false)]
    [InlineData(LossAggMode.TokenMean, true)]
    [InlineData(LossAggMode.SeqMeanTokenSum, false)]
    [InlineData(LossAggMode.SeqMeanTokenSumNorm, true)]
    public void Slopes_of_an_aggregation_are_derivatives(LossAggMode mode, bool renormalize) =>
        Check(new ObjectiveSettings { LossAggMode = mode, Renormalize = renormalize });

    [Theory]
    [InlineData(RatioLevel.Sequence)]
    [InlineData(RatioLevel.Geometric)]
    public void Slopes_of_weights_of_responses_are_derivatives(RatioLevel level) => Check(new ObjectiveSettings
    {
        RolloutCorrection = new CorrectionSettings { RolloutIs = level, RolloutIsThreshold = 2, RolloutRs = level, RolloutRsThreshold = 3 },
    });

    [Fact]
    public void Slopes_of_a_dual_clip_are_derivatives() => Check(new ObjectiveSettings { ClipRatioC = 1.3, ClipRatioHigh = 0.25 });

    [Fact]
    public void Slopes_of_the_mismatch_penalty_are_derivatives() => Check(new ObjectiveSettings { MismatchCoef = 0.5 });

    [Fact]
    public void Slopes_of_gspo_with_weights_of_tokens_are_derivatives() =>
        Check(ObjectivePresets.Get("gspo") with { RolloutCorrection = new CorrectionSettings(), ClipRatioLow = 0.2, ClipRatioHigh = 0.3 });

    private static void Check(ObjectiveSettings settings)
    {
        settings.Validate();
        var tried = 0;
        RandomBatch.Any.Sample(
            batch =>
            {
                var terms = batch.Terms(settings);
                var slopes = batch.Evaluate(settings, terms).Slopes;
                for (var i = 0; i < slopes.Length; i++)
                {
                    for (var token = 0; token < slopes[i].Length; token++)
                    {
                        tried += Differentiate(settings, batch, terms, i, token, slopes[i][token]) ? 1 : 0;
                    }
                }
            },
            iter: 60,
            threads: 1);
        Assert.True(tried > 300);
    }

    /// <summary>Compares a slope to the central difference; returns false where a kink lies between its two ends.</summary>
    private static bool Differentiate(
        ObjectiveSettings settings, RandomBatch batch, IReadOnlyList<SequenceTerms> terms, int i, int token, float slope)
    {
        var value = batch.Current[i][token];
        var reference = batch.Sequences[i].Reference[token];
        var below = batch.With(i, token, value - Step).Evaluate(settings, terms);
        var above = batch.With(i, token, value + Step).Evaluate(settings, terms);
        if (Math.Abs(value - reference) <= Step || Clipped(below.Statistics) != Clipped(above.Statistics))
        {
            return false;
        }

        var difference = (above.Loss - below.Loss) / ((double)(value + Step) - (value - Step));
        Assert.Equal(difference, slope, 2e-6 * (1 + Math.Abs(difference)));
        return true;
    }

    private static (long Low, long High, long Dual) Clipped(PolicyStatistics statistics) =>
        (statistics.ClippedLow, statistics.ClippedHigh, statistics.ClippedDual);
}
