using CsCheck;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.Core.Runs;
using Xunit;

namespace LlmEfficiency.Core.Tests.Reports;

/// <summary>Smoothing, thinning and the search for spikes.</summary>
public sealed class CurveTests
{
    [Fact]
    public void Smoothing_is_the_weighted_mean_of_all_before() =>
        Gen.Select(Gen.Double[-10, 10].Array[1, 20], Gen.Double[0, 0.99]).Sample((values, weight) =>
        {
            var smooth = Smoothing.Exponential(Points(values), weight);
            for (var at = 0; at < values.Length; at++)
            {
                var weights = Enumerable.Range(0, at + 1).Select(index => Math.Pow(weight, at - index)).ToArray();
                var expected = weights.Zip(values, (w, v) => w * v).Sum() / weights.Sum();
                Assert.Equal(expected, smooth[at].Y, 1e-9);
            }
        });

    [Fact]
    public void A_number_that_is_not_finite_stays_a_gap_and_spoils_nothing()
    {
        var smooth = Smoothing.Exponential(Points([2, double.NaN, 2]), 0.9);
        Assert.Equal([2, double.NaN, 2], smooth.Select(point => Math.Round(point.Y, 12)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smoothing.Exponential([], 1));
    }

    [Fact]
    public void Thinning_keeps_ends_order_and_the_extremes_of_every_column() =>
        Gen.Double[0, 300].Array[1, 3000].Sample(heights =>
        {
            var points = heights.Select((y, index) => new ChartPoint(index * 50.0 / heights.Length, y)).ToArray();
            var thin = PointThinning.Thin(points, 50);
            Assert.True(thin.Count <= 4 * 50);
            Assert.Equal(thin, points.Where(thin.ToHashSet().Contains));
            Assert.Equal((points[0], points[^1]), (thin[0], thin[^1]));
            Assert.Equal(Extremes(points), Extremes(thin));
        }, iter: 100);

    [Fact]
    public void A_spike_is_found_at_its_place_and_noise_is_not()
    {
        var values = Enumerable.Range(0, 200).Select(index => 3 - (index * 0.005) + (0.02 * Math.Sin(index * 12.9898))).ToArray();
        Assert.Empty(TrainingHealth.Spikes(values));
        (values[100], values[150], values[160]) = (4, double.NaN, double.PositiveInfinity);
        Assert.Equal([100], TrainingHealth.Spikes(values));
        Assert.Empty(TrainingHealth.Spikes([1, 1, 1, 9])); // too few before it
    }

    [Fact]
    public void Notes_name_step_and_number_and_do_not_flood()
    {
        var rows = Enumerable.Range(1, 30).Select(step => Row(step, step > 15 ? double.NaN : step == 12 ? 9 : 1)).ToArray();
        var notes = TrainingHealth.Notes(rows);
        Assert.Equal("step 16: loss is NaN", notes[0]);
        Assert.Equal("and 5 more numbers that are not finite", notes[10]);
        Assert.Equal("step 12: the loss jumped to 9", notes[11]);
        Assert.Equal(12, notes.Count);
        Assert.Single(TrainingHealth.Notes([Row(1, 1)]));
    }

    private static MetricRow Row(long step, double loss) => new(step, new Dictionary<string, double> { [MetricNames.Loss] = loss });

    private static ChartPoint[] Points(double[] values) => [.. values.Select((y, x) => new ChartPoint(x, y))];

    private static (int Column, double Least, double Most)[] Extremes(IEnumerable<ChartPoint> points) =>
        [.. points.GroupBy(point => (int)point.X).Select(column => (column.Key, column.Min(point => point.Y), column.Max(point => point.Y)))];
}
