using CsCheck;
using LlmEfficiency.Core.Reports;
using Xunit;

namespace LlmEfficiency.Core.Tests.Reports;

public sealed class AxisScaleTests
{
    [Fact]
    public void Ticks_are_round_numbers() =>
        Assert.Equal(["0", "2k", "4k", "6k", "8k", "10k"], AxisScale.Fit([0, 10_000], false, 0).Ticks().Select(tick => tick.Text));

    [Fact]
    public void Ticks_of_many_powers_are_powers() =>
        Assert.Equal(["1e-4", "0.001", "0.01", "0.1", "1"], AxisScale.Fit([1e-4, 1], true, 0).Ticks().Select(tick => tick.Text));

    [Fact]
    public void A_logarithmic_axis_halves_at_the_geometric_mean()
    {
        var scale = AxisScale.Fit([1, double.NaN, -5, 0, 100], true, 0);
        Assert.Equal(0.5, scale.Fraction(10), 12);
        Assert.False(scale.CanShow(0));
        Assert.False(scale.CanShow(double.NaN));
        Assert.False(scale.CanShow(double.PositiveInfinity));
    }

    [Fact]
    public void Every_value_lies_on_its_axis_and_ticks_rise() =>
        Gen.Select(Gen.Double.Array[0, 6], Gen.Bool, Gen.Double[0, 0.1]).Sample((values, isLogarithmic, margin) =>
        {
            var scale = AxisScale.Fit(values, isLogarithmic, margin);
            var ticks = scale.Ticks();
            return values.Where(scale.CanShow).All(value => scale.Fraction(value) is >= -1e-9 and <= 1 + 1e-9)
                && ticks.Count <= 13
                && ticks.All(tick => scale.Fraction(tick.Value) is >= -1e-6 and <= 1 + 1e-6)
                && ticks.Zip(ticks.Skip(1)).All(pair => pair.First.Value < pair.Second.Value);
        });

    [Theory]
    [InlineData(0.0)]
    [InlineData(5.0)]
    [InlineData(-1e-9)]
    [InlineData(1e18)]
    public void A_flat_line_lies_in_the_middle(double value) =>
        Assert.Equal(0.5, AxisScale.Fit([value, value], false, 0.05).Fraction(value), 6);
}
