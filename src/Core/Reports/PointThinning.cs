namespace LlmEfficiency.Core.Reports;

/// <summary>Leaves out points that could not be told apart.</summary>
internal static class PointThinning
{
    /// <summary>
    /// Keeps, of the points in each pixel column, the first, the lowest, the highest and the last: what is drawn stays
    /// the same, every peak included.
    /// </summary>
    /// <param name="points">Points in pixels from left to right.</param>
    /// <param name="columns">About how many columns there are; fewer points than twice that are all kept.</param>
    public static IReadOnlyList<ChartPoint> Thin(IReadOnlyList<ChartPoint> points, int columns)
    {
        if (points.Count <= 2 * columns)
        {
            return points;
        }

        var kept = new List<ChartPoint>();
        for (int start = 0, end; start < points.Count; start = end)
        {
            var (lowest, highest) = (start, start);
            for (end = start; end < points.Count && Math.Floor(points[end].X) == Math.Floor(points[start].X); end++)
            {
                lowest = points[end].Y < points[lowest].Y ? end : lowest;
                highest = points[end].Y > points[highest].Y ? end : highest;
            }

            kept.AddRange(new[] { start, lowest, highest, end - 1 }.Distinct().Order().Select(index => points[index]));
        }

        return kept;
    }
}
