using CsCheck;
using LlmEfficiency.Core.Evaluation;
using Xunit;

namespace LlmEfficiency.Core.Tests.Evaluation;

public sealed class StandardErrorTests
{
    [Fact]
    public void Known_samples_have_known_errors()
    {
        Assert.Equal(Math.Sqrt(5.0 / 3 / 4), StandardError.Mean([1, 2, 3, 4]), 1e-12);
        Assert.Equal(0, StandardError.Mean([7, 7, 7]), 1e-12);
        Assert.True(double.IsNaN(StandardError.Mean([7])));
        Assert.Equal(0.05, StandardError.Binomial(50, 100), 1e-12);
        Assert.Equal(0, StandardError.Binomial(100, 100), 1e-12);
        Assert.Equal(StandardError.Mean([0, 1, -1]), StandardError.PairedDifference([1, 2, 3], [1, 1, 4]), 1e-12);
    }

    [Fact]
    public void The_error_of_a_share_is_that_of_its_mean_but_for_the_divisor() =>
        Gen.Bool.Array[2, 40].Sample(trials =>
        {
            var n = trials.Length;
            var mean = StandardError.Mean([.. trials.Select(trial => trial ? 1.0 : 0.0)]);
            Assert.Equal(
                mean * Math.Sqrt((n - 1.0) / n), StandardError.Binomial(trials.Count(trial => trial), n), 1e-12);
        });

    [Fact]
    public void A_ratio_of_equal_denominators_is_a_mean() =>
        Gen.Select(Gen.Double[-5, 5].Array[2, 30], Gen.Double[0.5, 9]).Sample((values, size) =>
        {
            var ratio = StandardError.Ratio([.. values.Select(value => value * size)], [.. values.Select(_ => size)]);
            Assert.Equal(StandardError.Mean(values), ratio, 1e-9);
        });

    [Fact]
    public void A_ratio_is_as_uncertain_as_its_repetitions_scatter()
    {
        // Documents of random length with random losses: the deviation over many corpora against the formula for one.
        const int corpora = 400;
        var found = new List<double>();
        var claimed = new List<double>();
        for (ulong corpus = 0; corpus < corpora; corpus++)
        {
            var random = new Core.Sampling.SequenceRandom(1, corpus);
            var sizes = Enumerable.Range(0, 50).Select(at => 1 + Math.Floor(random.Uniform(at) * 20)).ToArray();
            var losses = sizes.Select((size, at) => size * (1 + random.Uniform(at, 1))).ToArray();
            found.Add(losses.Sum() / sizes.Sum());
            claimed.Add(StandardError.Ratio(losses, sizes));
        }

        var deviation = StandardError.Mean(found) * Math.Sqrt(corpora);
        Assert.InRange(claimed.Average() / deviation, 0.85, 1.15);
    }

    [Fact]
    public void The_bootstrap_agrees_with_the_formula_and_repeats_itself()
    {
        var values = Enumerable.Range(0, 100).Select(at => Math.Sin(at * 1.7) + (at % 3)).ToArray();
        var error = StandardError.Bootstrap(values, sample => sample.Average(), seed: 3);
        Assert.InRange(error / StandardError.Mean(values), 0.9, 1.1);
        Assert.Equal(error, StandardError.Bootstrap(values, sample => sample.Average(), seed: 3));
        Assert.NotEqual(error, StandardError.Bootstrap(values, sample => sample.Average(), seed: 4));
    }

    [Fact]
    public void Numbers_that_belong_to_different_examples_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StandardError.PairedDifference([1], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StandardError.Ratio([1], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StandardError.Binomial(3, 2));
    }
}
