using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Data;

public sealed class RateLevelsTests
{
    [Fact]
    public void Rates_are_told_apart_within_a_size()
    {
        LawPoint[] points = [.. Points((1, 0.2), (2, 0.47), (1, 0.45), (2, 0.21), (1, 0.2), (3, 0.3))];
        Assert.Equal([0, 1, 1, 0, 0, 0], RateLevels.Of(points));
        Assert.Equal(2, RateLevels.Most(points));
        Assert.Equal(points, RateLevels.Common(points));
    }

    [Fact]
    public void A_zero_more_or_less_makes_no_other_rate_and_a_thousandth_does()
    {
        Assert.Equal(1, RateLevels.Most([.. Points((1, 0.5), (1, 0.500004))]));
        Assert.Equal(2, RateLevels.Most([.. Points((1, 0.5), (1, 0.501))]));
    }

    [Fact]
    public void A_rate_that_only_goes_with_the_size_is_single_and_becomes_the_mean()
    {
        LawPoint[] points = [.. Points((61920, 0.4465), (103040, 0.4571), (234432, 0.4717))]; // 2:4 of three sizes
        Assert.True(RateLevels.IsSingle(points));
        Assert.All(RateLevels.Common(points), point => Assert.Equal(Math.Pow(0.4465 * 0.4571 * 0.4717, 1 / 3.0), point.Rate, 1e-12));
        Assert.True(RateLevels.IsSingle([.. Points((1, 0.3), (1, 0.3))]));
    }

    [Fact]
    public void Many_sizes_with_a_rate_each_that_has_nothing_to_do_with_the_size_are_no_single_rate() =>
        Assert.False(RateLevels.IsSingle([.. Points((1, 0.15), (2, 0.35), (3, 0.25), (4, 0.15), (5, 0.35))]));

    [Fact]
    public void Rows_without_rates_have_none() => Assert.Equal(0, RateLevels.Most([new LawPoint(1, 1), new LawPoint(2, 1)]));

    private static IEnumerable<LawPoint> Points(params (double Size, double Rate)[] places) => places.Select(place => new LawPoint(place.Size, 1, place.Rate));
}
