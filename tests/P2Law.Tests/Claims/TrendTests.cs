using LlmEfficiency.P2Law.Claims;
using MathNet.Numerics;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Claims;

/// <summary>Lines, parabolas and orders against MathNet and published values.</summary>
public sealed class TrendTests
{
    // The example of scipy.stats.kendalltau, with ties on both sides.
    private static readonly double[] Left = [12, 2, 1, 12, 2];

    private static readonly double[] Right = [1, 4, 7, 1, 0];

    [Fact]
    public void Kendalls_tau_is_that_of_scipy() => Assert.Equal(-0.47140452079103173, RankTrend.Kendall(Left, Right)!.Value, 1e-15);

    [Fact]
    public void Kendalls_tau_is_one_in_order_minus_one_against_it_and_none_for_ties()
    {
        double[] rising = [1, 2, 3, 4], falling = [8, 4, 2, 1], same = [5, 5, 5, 5];
        Assert.Equal((1, -1), (RankTrend.Kendall(rising, rising), RankTrend.Kendall(rising, falling)));
        Assert.Null(RankTrend.Kendall(rising, same));
        Assert.Null(RankTrend.Kendall(rising[..1], falling[..1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Lines_and_parabolas_are_those_of_MathNet(int seed)
    {
        var random = new Random(seed);
        double[] xs = [.. Enumerable.Range(0, 9).Select(at => 11 + at + random.NextDouble())];
        double[] ys = [.. xs.Select(x => 2 - (0.3 * x) + (0.02 * x * x) + (0.05 * random.NextDouble()))];
        var line = Fit.Line(xs, ys);
        var found = LineFit.Of(xs, ys)!.Value;
        Assert.Equal(line.B, found.Slope, 1e-10);
        Assert.Equal(GoodnessOfFit.RSquared(xs.Select(x => line.A + (line.B * x)), ys), found.R2!.Value, 1e-10);
        var parabola = Fit.Polynomial(xs, ys, 2);
        var bend = Curvature.Of(xs, ys)!.Value;
        Assert.Equal(parabola[2], bend.Value, 1e-9);
        double[] rest = [.. xs.Zip(ys, (x, y) => y - (parabola[0] + (parabola[1] * x) + (parabola[2] * x * x)))];
        Assert.Equal(Math.Sqrt(rest.Sum(one => one * one) / 6), bend.Noise, 1e-9);
    }

    [Fact]
    public void Too_few_places_have_no_line_no_R2_or_no_parabola()
    {
        double[] xs = [1, 1, 2, 3, 4];
        Assert.Null(LineFit.Of(xs[..2], xs[..2]));
        Assert.Null(LineFit.Of(xs[..3], xs[..3])!.Value.R2);
        Assert.Equal(1, LineFit.Of(xs[1..], xs[1..])!.Value.R2!.Value, 1e-12);
        Assert.Null(Curvature.Of(xs, xs));
    }
}
