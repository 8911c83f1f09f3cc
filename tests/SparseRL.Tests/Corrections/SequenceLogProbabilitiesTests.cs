using LlmEfficiency.SparseRL.Corrections;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Corrections;

public sealed class SequenceLogProbabilitiesTests
{
    [Fact]
    public void The_ratio_is_dense_over_sparse_and_not_the_other_way()
    {
        var sequence = new SequenceLogProbabilities([-3], [-1]);
        Assert.Equal(2, sequence.LogRatio(0));
    }

    [Fact]
    public void Before_the_first_eviction_sparse_is_dense()
    {
        var sequence = new SequenceLogProbabilities([-3, float.NaN, -4], [-1, -2, -5], exactTokens: 2);
        Assert.Equal([0.0, 0, -1], [sequence.LogRatio(0), sequence.LogRatio(1), sequence.LogRatio(2)]);
        Assert.Equal(-2, sequence.Sparse(1));
        Assert.True(sequence.IsFinite());
    }

    [Fact]
    public void Padding_may_be_anything()
    {
        var sequence = new SequenceLogProbabilities([-1, float.NegativeInfinity], [-1, float.NaN], mask: [true, false]);
        Assert.True(sequence.IsFinite());
        Assert.Equal(1, sequence.Tokens);
    }

    [Fact]
    public void The_ratio_of_a_response_is_the_exponential_of_a_sum()
    {
        var sequence = new SequenceLogProbabilities([-1, -1, -9], [-1.5f, -1.25f, -1], mask: [true, true, false]);
        Assert.Equal(-0.75, ImportanceRatio.LogOfSequence(sequence), 1e-9);
        Assert.Equal(-0.375, ImportanceRatio.LogOfGeometricMean(sequence), 1e-9);
        Assert.Equal(0, ImportanceRatio.LogOfGeometricMean(new SequenceLogProbabilities([], [])));
    }

    [Fact]
    public void Arrays_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SequenceLogProbabilities([-1], [-1, -2]));
        Assert.Throws<ArgumentException>(() => new SequenceLogProbabilities([-1], [-1], reference: []));
        Assert.Throws<ArgumentException>(() => new SequenceLogProbabilities([-1], [-1], mask: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceLogProbabilities([-1], [-1], exactTokens: 2));
    }
}
