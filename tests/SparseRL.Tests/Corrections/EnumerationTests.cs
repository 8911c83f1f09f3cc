using LlmEfficiency.SparseRL.Corrections;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Corrections;

/// <summary>What the weights make right and what they do not, by enumeration of everything that can be drawn.</summary>
public sealed class EnumerationTests
{
    // two steps of two actions; the second depends on the first
    private static readonly double[] DenseFirst = [0.7, 0.3];
    private static readonly double[] SparseFirst = [0.4, 0.6];
    private static readonly double[][] DenseSecond = [[0.9, 0.1], [0.2, 0.8]];
    private static readonly double[][] SparseSecond = [[0.5, 0.5], [0.5, 0.5]];
    private static readonly double[][] Value = [[1, -2], [3, 0.5]];

    [Fact]
    public void In_one_step_the_weighted_mean_of_sparse_draws_is_the_dense_mean()
    {
        double[] value = [3, -1];
        var weighted = OneStep(new CorrectionSettings(), value);
        Assert.Equal(DenseFirst.Zip(value, (p, v) => p * v).Sum(), weighted, 1e-7);
    }

    [Fact]
    public void Truncation_is_short_by_what_lies_above_the_threshold()
    {
        double[] value = [3, -1];
        var settings = new CorrectionSettings { RolloutIsThreshold = 1.2 };
        var weighted = OneStep(settings, value);
        var excess = Enumerable.Range(0, 2).Sum(a => Math.Max(DenseFirst[a] - (1.2 * SparseFirst[a]), 0) * value[a]);
        Assert.Equal(DenseFirst.Zip(value, (p, v) => p * v).Sum() - excess, weighted, 1e-7);
    }

    [Fact]
    public void Over_two_steps_the_product_is_unbiased_and_the_tokens_own_ratio_is_not()
    {
        var exact = Sum((first, second) => DenseFirst[first] * DenseSecond[first][second] * Value[first][second]);
        var product = Estimate(RatioLevel.Sequence);
        var token = Estimate(RatioLevel.Token);
        Assert.Equal(exact, product, 1e-6);

        // ξ_2 makes the second action right and leaves the first drawn by the sampler
        var biased = Sum((first, second) => SparseFirst[first] * DenseSecond[first][second] * Value[first][second]);
        Assert.Equal(biased, token, 1e-6);
        Assert.True(Math.Abs(exact - token) > 0.05);
    }

    [Fact]
    public void With_rejection_it_is_the_mean_over_what_is_kept()
    {
        var settings = new CorrectionSettings { RolloutIs = RatioLevel.Sequence, RolloutTokenVetoThreshold = 0.45 };
        var estimate = Sum((first, second) =>
        {
            var corrected = RolloutCorrection.Of([Draw(first, second)], settings).Sequences[0];
            return Probability(first, second) * (corrected.IsRejected ? 0 : corrected.Weights[1] * Value[first][second]);
        });

        // rejected: (0, 1) with ξ_2 = 0.2 and (1, 0) with ξ_2 = 0.4
        Assert.Equal((0.7 * 0.9 * 1) + (0.3 * 0.8 * 0.5), estimate, 1e-6);
    }

    private static double OneStep(CorrectionSettings settings, double[] value) => Enumerable.Range(0, 2).Sum(action =>
        SparseFirst[action] * Weights(Response([(SparseFirst[action], DenseFirst[action])]), settings)[0] * value[action]);

    private static double Estimate(RatioLevel level) => Sum((first, second) =>
        Probability(first, second) * Weights(Draw(first, second), new CorrectionSettings { RolloutIs = level })[1] * Value[first][second]);

    private static double Sum(Func<int, int, double> term) =>
        term(0, 0) + term(0, 1) + term(1, 0) + term(1, 1);

    private static double Probability(int first, int second) => SparseFirst[first] * SparseSecond[first][second];

    private static SequenceLogProbabilities Draw(int first, int second) =>
        Response([(SparseFirst[first], DenseFirst[first]), (SparseSecond[first][second], DenseSecond[first][second])]);

    private static SequenceLogProbabilities Response((double Sparse, double Dense)[] tokens) =>
        new([.. tokens.Select(token => (float)Math.Log(token.Sparse))], [.. tokens.Select(token => (float)Math.Log(token.Dense))]);

    private static double[] Weights(SequenceLogProbabilities sequence, CorrectionSettings settings) =>
        RolloutCorrection.Of([sequence], settings).Sequences[0].Weights.ToArray();
}
