using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Sampling;
using Xunit;

namespace LlmEfficiency.Core.Tests.Sampling;

public sealed class TokenDistributionTests
{
    private static readonly Gen<SamplingSettings> Settings =
        from temperature in Choice(0, 0.1, 0.7, 1, 5)
        from k in Gen.Int[0, 3].Select(choice => new[] { 0, 1, 5, 1000 }[choice])
        from p in Choice(1, 0.9, 0.1)
        from least in Choice(0, 0.05)
        from penalty in Choice(1, 1.3)
        select new SamplingSettings { Temperature = temperature, TopK = k, TopP = p, MinP = least, RepetitionPenalty = penalty };

    [Fact]
    public void Probabilities_sum_to_one_and_a_draw_is_a_token_that_has_one() =>
        Gen.Select(Gen.Float[-30, 30].Array[1, 200], Settings, Gen.Double[0, 1]).Sample((logits, settings, uniform) =>
        {
            var distribution = TokenDistribution.Compute(logits, settings, new TokenHistory([0]));
            Assert.Equal(1, Enumerable.Range(0, logits.Length).Sum(distribution.ProbabilityOf), 1e-6);
            Assert.True(distribution.ProbabilityOf(distribution.Sample(Math.Min(uniform, 1 - 1e-16))) > 0);
        });

    [Fact]
    public void A_draw_without_the_distribution_is_the_same_draw() =>
        Gen.Select(Gen.Float[-30, 30].Array[1, 200], Settings, Gen.Double[0, 0.999]).Sample((logits, settings, uniform) =>
        {
            var history = new TokenHistory([0]);
            Assert.Equal(
                TokenDistribution.Compute(logits, settings, history).Sample(uniform),
                TokenDistribution.Draw(logits, settings, history, uniform));
        });

    [Fact]
    public void Without_filters_it_is_the_softmax() =>
        Gen.Float[-5, 5].Array[1, 100].Sample(logits =>
        {
            var distribution = TokenDistribution.Compute(logits, new SamplingSettings(), new TokenHistory([]));
            var total = logits.Sum(value => Math.Exp(value));
            Assert.All(logits.Index(), logit =>
                Assert.Equal(Math.Exp(logit.Item) / total, distribution.ProbabilityOf(logit.Index), 1e-6));
        });

    [Fact]
    public void Drawn_tokens_have_the_frequencies_of_the_distribution()
    {
        const int Draws = 20_000;
        float[] logits = [0, 1, 2, 3, -1, 0.5f, -20];
        var settings = new SamplingSettings { Temperature = 1.5, TopK = 5, Seed = 11 };
        var distribution = TokenDistribution.Compute(logits, settings, new TokenHistory([]));
        var counts = new int[logits.Length];
        for (var sequence = 0UL; sequence < Draws; sequence++)
        {
            counts[TokenSampler.Draw(logits, settings, new TokenHistory([]), new SequenceRandom(settings.Seed, sequence))]++;
        }

        var statistic = 0.0;
        foreach (var id in distribution.Ids)
        {
            var expected = Draws * distribution.ProbabilityOf(id);
            statistic += (counts[id] - expected) * (counts[id] - expected) / expected;
        }

        Assert.Equal([0, 1, 2, 3, 5], distribution.Ids.ToArray());
        Assert.InRange(statistic, 0, 18.47);        // chi-square, 4 degrees of freedom, p = 0.001
        Assert.Equal(0, counts[4] + counts[6]);
    }

    [Fact]
    public void A_small_temperature_is_greedy() =>
        Gen.Int[-1000, 1000].ArrayUnique[2, 50].Sample(raw =>
        {
            float[] logits = [.. raw.Select(value => value / 100f)];
            var cold = TokenDistribution.Compute(logits, new SamplingSettings { Temperature = 1e-4 }, new TokenHistory([]));
            Assert.Equal(logits.Index().MaxBy(logit => logit.Item).Index, cold.Sample(0.999999));
        });

    [Fact]
    public void Greedy_takes_the_lowest_id_among_equals() =>
        Assert.Equal([1], TokenDistribution.Compute([0, 7, 7, 7], SamplingSettings.Greedy, new TokenHistory([])).Ids.ToArray());

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_logit_that_is_no_number_names_the_position(float bad)
    {
        for (var at = 0; at < 40; at++)
        {
            var logits = new float[40];
            logits[at] = bad;
            var problem = Assert.Throws<LlmEfficiencyException>(
                () => TokenDistribution.Compute(logits, SamplingSettings.Greedy, new TokenHistory([5, 5, 5])));
            Assert.Equal(ErrorKind.Numerics, problem.Kind);
            Assert.Contains("position 3 ", problem.Message, StringComparison.Ordinal);
            Assert.Contains($"at id {at}:", problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_bias_that_forbids_every_token_is_refused()
    {
        var settings = new SamplingSettings { LogitBias = new Dictionary<int, float> { [0] = float.NegativeInfinity } };
        var problem = Assert.Throws<LlmEfficiencyException>(() => TokenDistribution.Compute([1], settings, new TokenHistory([])));
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
    }

    [Fact]
    public void Huge_logits_do_not_overflow()
    {
        var distribution = TokenDistribution.Compute([3e38f, 3e38f, -3e38f], new SamplingSettings(), new TokenHistory([]));
        Assert.Equal(0.5, distribution.ProbabilityOf(1), 1e-9);
        Assert.Equal(0, distribution.ProbabilityOf(2));
    }

    private static Gen<double> Choice(params double[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
