using LlmEfficiency.Core.Sampling;
using Xunit;

namespace LlmEfficiency.Core.Tests.Sampling;

public sealed class SequenceRandomTests
{
    [Fact]
    public void Numbers_are_uniform_in_tenths()
    {
        var counts = new int[10];
        for (var step = 0; step < 10_000; step++)
        {
            counts[(int)(new SequenceRandom(42, 7).Uniform(step) * 10)]++;
        }

        var statistic = counts.Sum(count => (count - 1000.0) * (count - 1000.0) / 1000);
        Assert.InRange(statistic, 0, 27.88);        // chi-square, 9 degrees of freedom, p = 0.001
    }

    [Fact]
    public void Seed_sequence_step_and_draw_each_give_other_numbers()
    {
        double[] numbers =
        [
            new SequenceRandom(1, 1).Uniform(1),
            new SequenceRandom(1UL << 40, 1).Uniform(1),
            new SequenceRandom(1, 1UL << 40).Uniform(1),
            new SequenceRandom(1, 1).Uniform(2),
            new SequenceRandom(1, 1).Uniform(1, draw: 1),
        ];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Fact]
    public void The_first_number_is_made_of_the_known_answer() =>
        Assert.Equal((0xe169c58d6627e8d5 >> 11) / 9007199254740992.0, new SequenceRandom(0, 0).Uniform(0));
}
