using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Validation;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Validation;

public sealed class HoldOutTests
{
    private static readonly double[] FiveSizes = [0.25, 0.5, 1, 2, 4];

    private static readonly double[] FourRates = [0.1, 0.2, 0.3, 0.4];

    private static readonly double[] OneRate = [0.25];

    [Fact]
    public void Each_way_keeps_back_what_it_says()
    {
        var rows = Planted.Rows(checkpoints: 6);
        var (fit, test) = HoldOut.Find("tokens").Split(Planted.Rows(checkpoints: 10)).Single();
        Assert.Equal((72, 18), (fit.Length, test.Length));
        Assert.True(fit.Max(row => row.Point.Tokens) < test.Min(row => row.Point.Tokens));
        Assert.All(HoldOut.Find("size").Split(rows).Single().Test, row => Assert.Equal(3, row.Point.Size));
        Assert.All(HoldOut.Find("rate").Split(rows).Single().Test, row => Assert.Equal(0.35, row.Point.Rate));
        Assert.Equal(9, HoldOut.Find("run").Split(rows).Count());
        Assert.Equal([36, 54, 72], HoldOut.Find("rolling").Split(Planted.Rows(checkpoints: 10)).Select(pair => pair.Fit.Length));
        foreach (var way in HoldOut.All)
        {
            Assert.All(way.Split(rows), pair => Assert.Empty(pair.Fit.Intersect(pair.Test)));
        }
    }

    [Fact]
    public void The_highest_rate_is_that_of_each_size_where_the_same_setting_removes_other_parts()
    {
        var rows = Planted.Drifting(Planted.ThreeRates);
        Assert.Equal(9, rows.Select(row => row.Point.Rate).Distinct().Count());
        var (fit, test) = HoldOut.Find("rate").Split(rows).Single();
        Assert.Equal((36, 18), (fit.Length, test.Length));
        Assert.Equal(Planted.ThreeSizes, test.Select(row => row.Point.Size).Distinct());
        foreach (var size in test.GroupBy(row => row.Point.Size))
        {
            Assert.True(fit.Where(row => row.Point.Size == size.Key).Max(row => row.Point.Rate) < size.Min(row => row.Point.Rate));
        }

        Assert.Equal(3, DataRange.Of(rows, 1, 1).Rates);
    }

    [Fact]
    public void A_single_rate_has_no_highest_one_though_it_differs_from_size_to_size()
    {
        var rows = Planted.Drifting(OneRate);
        var result = Of("rate", rows);
        Assert.Equal((0, null), (result.Fits, result.Metrics));
        Assert.Equal("nothing is kept back: this takes two rates or more of a size", result.Note);
        Assert.Equal(1, DataRange.Of(rows, 1, 1).Rates);

        // Beside sizes with more, it stays in the fit.
        var (fit, test) = HoldOut.Find("rate").Split([.. rows, .. Planted.Drifting(FourRates, sizes: [0.25], checkpoints: 2)]).Single();
        Assert.Equal((18 + 6, 2), (fit.Length, test.Length));
    }

    [Fact]
    public void Sizes_roll_from_the_two_smallest_on()
    {
        var pairs = HoldOut.Find("rolling-size").Split(Planted.Rows(FiveSizes, checkpoints: 2)).ToArray();
        Assert.Equal([2, 3, 4], pairs.Select(pair => pair.Fit.Select(row => row.Point.Size).Distinct().Count()));
        Assert.Equal(FiveSizes[2..], pairs.Select(pair => Assert.Single(pair.Test.Select(row => row.Point.Size).Distinct())));
        Assert.All(pairs, pair => Assert.True(pair.Fit.Max(row => row.Point.Size) < pair.Test.Min(row => row.Point.Size)));
        Assert.Empty(HoldOut.Find("rolling-size").Split(Planted.Rows(FiveSizes[..2], checkpoints: 2)));
    }

    [Fact]
    public void Rates_roll_within_each_size_from_the_two_lowest_on()
    {
        var pairs = HoldOut.Find("rolling-rate").Split(Planted.Drifting(FourRates, checkpoints: 2)).ToArray();
        Assert.Equal([(12, 6), (18, 6)], pairs.Select(pair => (pair.Fit.Length, pair.Test.Length)));
        for (var step = 0; step < pairs.Length; step++)
        {
            Assert.All(pairs[step].Test, row => Assert.Equal(FourRates[step + 2], row.Point.Rate / (1 + (0.03 * Math.Log(row.Point.Size))), 1e-12));
        }

        Assert.Empty(HoldOut.Find("rolling-rate").Split(Planted.Rows(rates: FourRates[..2], checkpoints: 2)));
    }

    [Fact]
    public void The_rank_of_what_is_left_is_told()
    {
        var three = Of("size", Planted.Rows(checkpoints: 8, noise: 0.002)).Rank!;
        Assert.Equal((6, 7), (three.Rank, three.FreeCount)); // two sizes are left
        Assert.Contains("alpha", three.Unidentified);
        var five = Of("size", Planted.Rows(FiveSizes, checkpoints: 8, noise: 0.002)).Rank!;
        Assert.Equal((7, 7), (five.Rank, five.FreeCount));
        var rolling = Of("rolling-size", Planted.Rows(FiveSizes, checkpoints: 8, noise: 0.002));
        Assert.Equal((3, 6), (rolling.Fits, rolling.Rank!.Rank)); // the weakest of the three
    }

    [Fact]
    public void Intervals_of_what_is_kept_back_hold_it()
    {
        const int Tables = 10;
        foreach (var name in new[] { "tokens", "size", "rate" })
        {
            var (covered, width) = (0.0, 0.0);
            for (var table = 0; table < Tables; table++)
            {
                var rows = Planted.Rows(FiveSizes, checkpoints: 5, noise: 0.003, seed: 40 + table, seeds: 2, runEffect: 0.004);
                var result = Of(name, rows, new BootstrapSettings { Draws = 40, Kind = BootstrapKind.Runs, Seed = (ulong)table });
                Assert.Equal(result.Metrics!.Rows, result.Intervals!.Rows.Count);
                Assert.Equal(result.Intervals.Covered, result.Intervals.Rows.Average(row => row.Interval.Contains(row.Loss) ? 1.0 : 0));
                covered += result.Intervals.Covered / Tables;
                width += result.Intervals.MeanWidth / Tables;
            }

            // The scatter is 0.005: what is known of the law exactly would have a width of 0.0196.
            TestContext.Current.TestOutputHelper?.WriteLine($"{name} {covered} {width}");
            Assert.InRange(covered, 0.88, 0.99);
            Assert.InRange(width, 0.0196 * 0.9, 0.05);
        }
    }

    [Fact]
    public void Many_fits_share_the_repeated_ones()
    {
        var rows = Planted.Rows(checkpoints: 5, noise: 0.003);
        var each = Of("run", rows, new BootstrapSettings { Draws = 60 });
        Assert.Equal((9, 9 * 40, BootstrapKind.Wild), (each.Fits, each.Intervals!.Repeats, each.Intervals.Kind));
        Assert.Equal(60, Of("tokens", rows, new BootstrapSettings { Draws = 60 }).Intervals!.Repeats);
        Assert.Null(Of("tokens", rows).Intervals);
        Assert.Null(Of("tokens", rows, new BootstrapSettings { Draws = 0 }).Intervals);
    }

    private static HoldOutResult Of(string way, LawObservation[] rows, BootstrapSettings? bootstrap = null) => HoldOutRun.Of(
        Planted.Law,
        rows,
        HoldOut.Find(way),
        new FitSettings(),
        intervals: bootstrap is null ? null : new IntervalSettings(bootstrap),
        cancellation: TestContext.Current.CancellationToken);
}
