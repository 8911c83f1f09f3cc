using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Objectives;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Objectives;

public sealed class SequenceSurrogateTests
{
    private static readonly ObjectiveSettings Gspo = ObjectivePresets.Get("gspo");

    [Fact]
    public void The_ratio_is_the_exponential_of_the_mean_over_kept_tokens() =>
        Assert.Equal(0.2, SequenceSurrogate.LogRatio([-1, -9, -0.5f], [-1.1f, -1, -0.8f], [true, false, true]), 1e-6);

    [Fact]
    public void A_response_without_kept_tokens_has_the_ratio_1() =>
        Assert.Equal(0, SequenceSurrogate.LogRatio([-1], [-2], [false]));

    [Fact]
    public void All_tokens_of_a_response_have_one_slope()
    {
        var (loss, slopes) = Evaluate([-1.0002f, -2, -0.5f], advantage: 3);
        var ratio = Math.Exp(-0.0002 / 3);
        Assert.Equal(-3 * ratio, loss, 1e-6);
        Assert.All(slopes, slope => Assert.Equal(-3 * ratio / 3, slope, 1e-6));
    }

    [Fact]
    public void The_clip_stops_the_whole_response()
    {
        var (loss, slopes) = Evaluate([-0.99f, -2, -0.5f], advantage: 3);
        Assert.Equal(-3 * 1.0004, loss, 1e-9);
        Assert.All(slopes, slope => Assert.Equal(0, slope));
    }

    private static (double Loss, float[] Slopes) Evaluate(float[] current, double advantage)
    {
        SequenceLogProbabilities[] batch = [new([-1, -2, -0.5f], [-1, -2, -0.5f])];
        var corrected = RolloutCorrection.Of(batch, Gspo.RolloutCorrection);
        var objective = new PolicyObjective(Gspo);
        var terms = SequenceTerms.Of(Gspo, batch, corrected.Sequences, [advantage], 3)[0];
        terms = terms with { SequenceLogRatio = objective.SequenceLogRatio(terms, current) };
        var slopes = new float[3];
        return (objective.Evaluate(terms, 0, current, slopes, new PolicyStatistics()), slopes);
    }
}
