using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed class LanesTests
{
    [Fact]
    public void Exp_is_within_a_quarter_of_a_millionth()
    {
        for (var start = -87f; start < 88; start += 16 * 0.00137f)
        {
            var x = Vector512.Create(start) + (Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) * 0.00137f);
            var result = Lanes.Exp(x);
            for (var lane = 0; lane < Lanes.Count; lane++)
            {
                if (x[lane] is >= -87 and <= 88)
                {
                    Assert.InRange((result[lane] / Math.Exp(x[lane])) - 1, -2.5e-7, 2.5e-7);
                }
            }
        }
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-87.01f, 0f)]
    [InlineData(float.MinValue, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(88.01f, float.PositiveInfinity)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Exp_has_these_extremes(float x, float expected) => Assert.Equal(expected, Lanes.Exp(Vector512.Create(x))[7]);

    [Fact]
    public void Exp_is_finite_and_not_zero_at_both_ends_of_its_range()
    {
        Assert.Equal(Math.Exp(88), Lanes.Exp(Vector512.Create(88f))[0], 1e-6 * Math.Exp(88));
        Assert.Equal(Math.Exp(-87), Lanes.Exp(Vector512.Create(-87f))[0], 1e-6 * Math.Exp(-87));
    }

    [Fact]
    public void Sigmoid_is_between_zero_and_one()
    {
        for (var x = -120f; x <= 120; x += 0.37f)
        {
            Assert.Equal(1 / (1 + Math.Exp(-x)), Lanes.Sigmoid(Vector512.Create(x))[3], 2e-7);
        }

        Assert.Equal(float.NaN, Lanes.Sigmoid(Vector512.Create(float.NaN))[0]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void A_length_is_rounded_up_to_whole_vectors(int length, int expected) => Assert.Equal(expected, Lanes.Whole(length));
}
