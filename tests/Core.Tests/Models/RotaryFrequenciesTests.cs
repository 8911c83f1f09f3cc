using LlmEfficiency.Core.Models;
using Xunit;

namespace LlmEfficiency.Core.Tests.Models;

public sealed class RotaryFrequenciesTests
{
    [Fact]
    public void The_first_pair_turns_one_radian_a_position_and_the_last_almost_theta_times_slower()
    {
        var frequencies = RotaryFrequencies.Compute(64, 10000, null);
        Assert.Equal(32, frequencies.Length);
        Assert.Equal(1.0, frequencies[0]);
        Assert.Equal(Math.Pow(10000, -62.0 / 64), frequencies[31], 1e-15);
    }

    [Fact]
    public void Linear_scaling_divides_every_frequency() =>
        Assert.Equal(
            RotaryFrequencies.Compute(16, 10000, null).Select(f => f / 4),
            RotaryFrequencies.Compute(16, 10000, new RopeScaling.Linear(4)));

    // Llama 3.1 8B: theta 500000, factor 8, 1, 4, 8192. Wavelengths below 2048 are kept, above 8192 divided, a ramp between.
    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(20, 1)]
    [InlineData(29, 0.8281684118371798)]
    [InlineData(31, 0.49350712327193106)]
    [InlineData(34, 0.19021074364065016)]
    [InlineData(40, 0.125)]
    [InlineData(63, 0.125)]
    public void Llama3_scaling_keeps_short_waves_and_stretches_long_ones(int pair, double ratio)
    {
        var plain = RotaryFrequencies.Compute(128, 500000, null);
        var scaled = RotaryFrequencies.Compute(128, 500000, new RopeScaling.Llama3(8, 1, 4, 8192));
        Assert.Equal(ratio, scaled[pair] / plain[pair], 1e-9);
    }
}
