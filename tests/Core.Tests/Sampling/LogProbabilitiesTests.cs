using CsCheck;
using LlmEfficiency.Core.Sampling;
using Xunit;

namespace LlmEfficiency.Core.Tests.Sampling;

public sealed class LogProbabilitiesTests
{
    private static readonly Gen<float[]> Rows =
        Gen.OneOf(Gen.Int[-8, 8].Select(value => (float)value), Gen.Float[-50, 50]).Array[1, 300];

    [Fact]
    public void Log_sum_exp_equals_the_plain_sum() =>
        Rows.Sample(row => Assert.Equal(Math.Log(row.Sum(value => Math.Exp(value))), LogProbabilities.LogSumExp(row), 1e-5));

    [Fact]
    public void The_top_tokens_are_those_of_a_sort() =>
        Gen.Select(Rows, Gen.Int[0, 310]).Sample((row, count) => Assert.Equal(
            Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).ThenBy(id => id).Take(count),
            LogProbabilities.Top(row, count).Select(token => token.Id)));

    [Fact]
    public void The_largest_logit_is_found_wherever_it_stands() =>
        Rows.Sample(row => Assert.Equal(Array.IndexOf(row, row.Max()), LogProbabilities.ArgMax(row)));

    [Fact]
    public void Model_and_sampling_log_probabilities_differ_by_the_filters()
    {
        float[] logits = [0, 0, 0, 0];
        var settings = new SamplingSettings { TopP = 0.5 };
        var token = TokenSampler.DrawWithLogProbabilities(
            logits, settings, new TokenHistory([]), new SequenceRandom(0, 0), alternatives: 2);
        Assert.Equal(Math.Log(0.25), token.ModelLogProbability, 1e-6);
        Assert.Equal(Math.Log(0.5), token.SamplingLogProbability, 1e-6);
        Assert.Equal([0, 1], token.Alternatives.Select(alternative => alternative.Id));
    }
}
