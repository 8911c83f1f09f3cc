using CsCheck;
using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

public sealed class PolicyObjectiveTests
{
    private static readonly ObjectiveSettings Paper = ObjectivePresets.Get("paper");
    private static readonly ObjectiveSettings WithoutReference = Paper with { KlLossCoef = 0 };

    [Fact]
    public void The_paper_preset_is_the_printed_equation() => RandomBatch.Any.Sample(batch =>
        Assert.Equal(PlainObjective.Paper(batch, 1e-4), batch.Evaluate(Paper).Loss, Tolerance(batch)));

    [Fact]
    public void The_official_preset_is_the_official_code() => RandomBatch.Any.Sample(batch => Assert.Equal(
        PlainObjective.OfficialCode(batch, 1e-4), batch.Evaluate(ObjectivePresets.Get("official-code")).Loss, 1e-9));

    [Theory]
    [InlineData("paper")]
    [InlineData("official-code")]
    [InlineData("reject-only")]
    [InlineData("reweight-only")]
    [InlineData("bypass")]
    [InlineData("tis")]
    [InlineData("mis")]
    public void Without_mismatch_every_correction_is_plain_grpo(string name) => RandomBatch.Any.Sample(batch =>
    {
        var dense = batch with { Sequences = [.. batch.Sequences.Select(WithoutMismatch)] };
        var (loss, slopes, _) = dense.Evaluate(ObjectivePresets.Get(name));
        var (plainLoss, plainSlopes, _) = dense.Evaluate(ObjectivePresets.Get("naive"));
        Assert.Equal(plainLoss, loss, 1e-12);
        Assert.Equal(plainSlopes, slopes);
    });

    [Fact]
    public void Tokens_before_the_first_eviction_have_no_mismatch_whatever_rounding_says()
    {
        var rounded = new SequenceLogProbabilities([-1.00001f, -30, -2], [-1, -1.5f, -2], exactTokens: 2);
        var weights = RolloutCorrection.Of([rounded], Paper.RolloutCorrection).Sequences[0].Weights.ToArray();
        Assert.Equal([1.0, 1, 1], weights);
    }

    [Fact]
    public void The_first_update_has_no_clipping_and_the_slope_of_the_weighted_policy_gradient() => RandomBatch.Any.Sample(batch =>
    {
        var fresh = batch with { Current = [.. batch.Sequences.Select(sequence => sequence.Old.ToArray())] };
        var terms = fresh.Terms(WithoutReference);
        var (_, slopes, statistics) = fresh.Evaluate(WithoutReference, terms);
        Assert.Equal(0, statistics.ClippedLow + statistics.ClippedHigh + statistics.ClippedDual);
        for (var i = 0; i < slopes.Length; i++)
        {
            for (var token = 0; token < slopes[i].Length; token++)
            {
                // were ξ not a constant, its own derivative by the shared parameters would be in here
                var expected = terms[i].Correction.Kept[token]
                    ? -Math.Exp(batch.Sequences[i].LogRatio(token)) * batch.Advantages[i] * terms[i].Scale
                    : 0;
                Assert.Equal(expected, slopes[i][token], 1e-6 * (1 + Math.Abs(expected)));
            }
        }
    });

    [Fact]
    public void Slopes_grow_in_proportion_to_the_weight()
    {
        var single = Slope(sparse: -1, current: -1.1f, advantage: 1.5);
        Assert.Equal(3 * single, Slope(sparse: -1 - MathF.Log(3), current: -1.1f, advantage: 1.5), 1e-6);
    }

    [Theory]
    [InlineData(1.0, -0.9f, false)]     // ρ = 1.105
    [InlineData(1.0, -0.8f, true)]      // ρ = 1.221, above 1.2
    [InlineData(1.0, -1.3f, false)]     // ρ = 0.741: a good token that became unlikely is pulled back
    [InlineData(-1.0, -1.1f, false)]    // ρ = 0.905
    [InlineData(-1.0, -1.3f, true)]     // ρ = 0.741, below 0.8
    [InlineData(-1.0, -0.8f, false)]    // ρ = 1.221: a bad token that became likely is pushed down
    public void The_slope_is_that_of_the_ratio_inside_the_clip_and_0_outside(double advantage, float current, bool isClipped)
    {
        var ratio = Math.Exp(current + 1.0);
        Assert.Equal(isClipped ? 0 : -ratio * advantage, Slope(sparse: -1, current, advantage), 1e-6);
    }

    [Fact]
    public void One_bad_token_takes_its_whole_response_out_and_no_other()
    {
        SequenceLogProbabilities[] batch = [new([-1, -1, -1], [-1, -11, -1]), new([-1, -1], [-1.5f, -1])];
        var (loss, slopes) = Evaluate(WithoutReference, batch, [1, 1]);
        Assert.Equal([0, 0, 0], slopes[0]);
        Assert.Equal(-(Math.Exp(-0.5) + 1) / 2 / 2, loss, 1e-9);         // the divisor is still two responses
        Assert.All(slopes[1], slope => Assert.True(slope < 0));
        var (renormalized, _) = Evaluate(WithoutReference with { Renormalize = true }, batch, [1, 1]);
        Assert.Equal(2 * loss, renormalized, 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_that_is_rejected_whole_has_the_loss_0(bool renormalize)
    {
        SequenceLogProbabilities[] batch =
        [
            new([-1, -1], [-1, float.NegativeInfinity]), new([-1], [-20]), new([float.NaN], [-1]), new([], []),
        ];
        var rejecting = ObjectivePresets.All.Where(preset => preset.Settings.RolloutCorrection.RolloutTokenVetoThreshold is not null);
        foreach (var preset in rejecting)
        {
            var (loss, slopes) = Evaluate(preset.Settings with { Renormalize = renormalize, KlLossCoef = 0 }, batch, [1, -1, 1, 1]);
            Assert.Equal(0, loss);
            Assert.All(slopes.SelectMany(values => values), slope => Assert.Equal(0, slope));
        }
    }

    [Fact]
    public void Stretches_add_up_to_the_whole() => Gen.Select(RandomBatch.Any, Gen.Int[1, 4]).Sample((batch, stretch) =>
    {
        foreach (var preset in ObjectivePresets.All)
        {
            var objective = new PolicyObjective(preset.Settings);
            var terms = batch.Terms(preset.Settings);
            var (loss, slopes, statistics) = batch.Evaluate(preset.Settings, terms);
            var (sum, parts) = (0.0, new PolicyStatistics());
            for (var i = 0; i < terms.Count; i++)
            {
                var whole = terms[i] with { SequenceLogRatio = objective.SequenceLogRatio(terms[i], batch.Current[i]) };
                var pieces = new float[slopes[i].Length];
                for (var first = 0; first < pieces.Length; first += stretch)
                {
                    var last = Math.Min(first + stretch, pieces.Length);
                    var part = new PolicyStatistics();
                    sum += objective.Evaluate(whole, first, batch.Current[i].AsSpan(first..last), pieces.AsSpan(first..last), part);
                    parts.Add(part);
                }

                Assert.Equal(slopes[i], pieces);
            }

            Assert.Equal(loss, sum, Tolerance(batch));
            Assert.Equal(statistics.Tokens, parts.Tokens);
            Assert.Equal(statistics.RatioMax, parts.RatioMax);
            Assert.Equal(statistics.PpoKl, parts.PpoKl, 1e-9);
        }
    }, iter: 50);

    [Fact]
    public void Bypass_takes_the_ratio_against_the_sampler()
    {
        var slope = Slope(ObjectivePresets.Get("bypass") with { KlLossCoef = 0 }, sparse: -1.1f, current: -1.05f, advantage: 2);
        Assert.Equal(-2 * Math.Exp(0.05), slope, 1e-5);
    }

    [Fact]
    public void The_weight_is_outside_the_clip_and_off_the_reference()
    {
        var settings = Paper with { KlLossCoef = 0.5, KlLossType = KlLossType.K2 };
        var sequence = new SequenceLogProbabilities([-3], [-1], [-2]);
        var (loss, _) = Evaluate(settings, [sequence], [1], [[-0.5f]]);

        // ξ = e² times the clipped −1.2, then β · 1.5² / 2 without ξ
        Assert.Equal((-1.2 * Math.Exp(2)) + (0.5 * 1.125), loss, 1e-5);
    }

    [Fact]
    public void The_penalty_pulls_to_the_sampler_and_leaves_exact_tokens_alone()
    {
        var settings = WithoutReference with { MismatchCoef = 0.5 };
        var sequence = new SequenceLogProbabilities([-1, -1], [-1.5f, -1.5f], exactTokens: 1);
        var (loss, slopes) = Evaluate(settings, [sequence], [0], [[-1.5f, -1.5f]]);
        Assert.Equal(0.5 * (Math.Exp(-0.5) - 1 + 0.5) / 2, loss, 1e-7);
        Assert.Equal(0, slopes[0][0]);
        Assert.Equal(0.5 * (Math.Exp(-0.5) - 1) / 2, slopes[0][1], 1e-6);       // downhill is towards −1
    }

    [Fact]
    public void Statistics_say_what_was_clipped()
    {
        var settings = WithoutReference with { ClipRatioC = 2 };
        SequenceLogProbabilities[] batch = [new([-2, -2, -2], [-2, -2, -2]), new([-2, -2], [-2, -2])];
        var statistics = new PolicyStatistics();
        _ = Evaluate(settings, batch, [1, -1], [[-1.5f, -2.5f, -2], [-2.5f, -1]], statistics);
        var metrics = statistics.ToMetrics().ToDictionary();
        Assert.Equal(5, metrics["actor/tokens"]);
        Assert.Equal(0.2, metrics["clip_ratio/high_mean"], 12);
        Assert.Equal(0.2, metrics["clip_ratio/low_mean"], 12);
        Assert.Equal(0.2, metrics["actor/pg_clipfrac_lower"], 12);
        Assert.Equal(0.6, metrics["clip_ratio/region_mean"], 12);
        Assert.Equal(Math.E, metrics["actor/ratio_max"], 12);
        Assert.Equal(-(0.5 - 0.5 - 0.5 + 1) / 5, metrics["actor/ppo_kl"], 12);
        Assert.Equal((Math.Exp(0.5) + (2 * Math.Exp(-0.5)) + 1 + Math.E) / 5, metrics["actor/ratio_mean"], 12);
    }

    [Fact]
    public void A_reference_that_is_wanted_must_be_there()
    {
        var problem = Assert.Throws<ArgumentException>(() => Evaluate(Paper, [new([-1], [-1])], [1]));
        Assert.Contains("kl_loss_coef", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_current_log_probability_that_is_no_number_is_not_hidden() =>
        Assert.True(double.IsNaN(Evaluate(WithoutReference, [new([-1], [-1])], [1], [[float.NaN]]).Loss));

    private static SequenceLogProbabilities WithoutMismatch(SequenceLogProbabilities sequence) => new(
        sequence.Old.ToArray(),
        sequence.Old.ToArray(),
        sequence.Reference.ToArray(),
        0,
        [.. Enumerable.Range(0, sequence.Length).Select(sequence.Counts)]);

    private static float Slope(float sparse, float current, double advantage) => Slope(WithoutReference, sparse, current, advantage);

    private static float Slope(ObjectiveSettings settings, float sparse, float current, double advantage) =>
        Evaluate(settings, [new([sparse], [-1])], [advantage], [[current]]).Slopes[0][0];

    private static (double Loss, float[][] Slopes) Evaluate(
        ObjectiveSettings settings,
        SequenceLogProbabilities[] batch,
        double[] advantages,
        float[][]? current = null,
        PolicyStatistics? statistics = null)
    {
        var terms = SequenceTerms.Of(
            settings, batch, RolloutCorrection.Of(batch, settings.RolloutCorrection).Sequences, advantages, RandomBatch.Longest);
        var objective = new PolicyObjective(settings);
        var slopes = batch.Select(sequence => new float[sequence.Length]).ToArray();
        var loss = batch.Select((sequence, i) => objective.Evaluate(
            terms[i], 0, current?[i] ?? sequence.Old, slopes[i], statistics ?? new PolicyStatistics())).Sum();
        return (loss, slopes);
    }

    // ξ is not truncated, so that losses may be large
    private static double Tolerance(RandomBatch batch) => 1e-9 * (1 + batch.Sequences.Sum(sequence =>
        Enumerable.Range(0, sequence.Length).Sum(token => Math.Exp(sequence.LogRatio(token)))));
}
