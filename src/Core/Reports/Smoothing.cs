namespace LlmEfficiency.Core.Reports;

/// <summary>Shows the course of noisy numbers.</summary>
public static class Smoothing
{
    /// <summary>
    /// The exponential moving average without its bias towards zero at the beginning:
    /// m_t = w m_{t-1} + (1 - w) y_t, shown as m_t / (1 - w^t). Numbers that are not finite stay and do not count.
    /// </summary>
    /// <param name="points">The points from left to right.</param>
    /// <param name="weight">w, from 0 (no smoothing) to below 1.</param>
    public static IReadOnlyList<ChartPoint> Exponential(IReadOnlyList<ChartPoint> points, double weight)
    {
        if (weight is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "from 0 to below 1");
        }

        var (mean, total) = (0.0, 0.0);
        var result = new List<ChartPoint>(points.Count);
        foreach (var point in points)
        {
            if (!double.IsFinite(point.Y))
            {
                result.Add(point);
                continue;
            }

            mean = (weight * mean) + ((1 - weight) * point.Y);
            total = (weight * total) + (1 - weight);
            result.Add(point with { Y = mean / total });
        }

        return result;
    }
}
