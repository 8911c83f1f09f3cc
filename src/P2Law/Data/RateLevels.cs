using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Data;

/// <summary>
/// The rates of each size. The same setting removes a slightly different part of each size (half of the layers is 0.450 of one model and
/// 0.473 of another), so rates are told apart within a size only.
/// </summary>
public static class RateLevels
{
    private const double Same = 1e-3;   // rates that differ by no more than this part are one
    private const double Spread = 0.1;  // of ln ρ: less than that says nothing of a power of ρ

    /// <summary>Returns for each place which rate of its size it has, 0 for the lowest.</summary>
    /// <param name="points">The places.</param>
    public static int[] Of(IReadOnlyList<LawPoint> points)
    {
        var levels = new int[points.Count];
        foreach (var size in Enumerable.Range(0, points.Count).GroupBy(at => points[at].Size))
        {
            var (level, first) = (-1, double.NegativeInfinity);
            foreach (var at in size.OrderBy(at => points[at].Rate))
            {
                if (level < 0 || points[at].Rate > first * (1 + Same))
                {
                    (level, first) = (level + 1, points[at].Rate);
                }

                levels[at] = level;
            }
        }

        return levels;
    }

    /// <summary>Returns how many rates a size has at most; 0 where rates are not known.</summary>
    public static int Most(IReadOnlyList<LawPoint> points) => points.All(point => double.IsNaN(point.Rate)) ? 0 : Of(points).Max() + 1;

    /// <summary>
    /// Returns whether the places have a single rate as far as a law can tell: each size has one, and what these differ by goes with the
    /// size, as it does for 2:4. A power of ρ then cannot be told from a power of N0 and a scale.
    /// </summary>
    public static bool IsSingle(IReadOnlyList<LawPoint> points)
    {
        if (Most(points) != 1)
        {
            return false;
        }

        var (x, y) = (points.Average(point => point.LogSize), points.Average(point => point.LogRate));
        var (width, slope) = (0.0, 0.0);
        foreach (var point in points)
        {
            width += Math.Pow(point.LogSize - x, 2);
            slope += (point.LogSize - x) * (point.LogRate - y);
        }

        slope = width > 0 ? slope / width : 0;
        return !(points.Average(point => Math.Pow(point.LogRate - y - (slope * (point.LogSize - x)), 2)) > Spread * Spread);
    }

    /// <summary>Returns the places as they are, or all with their mean rate if they have a single one.</summary>
    public static LawPoint[] Common(IReadOnlyList<LawPoint> points)
    {
        if (!IsSingle(points))
        {
            return [.. points];
        }

        var mean = Math.Exp(points.Average(point => point.LogRate));
        return [.. points.Select(point => new LawPoint(point.Size, point.Tokens, mean, point.BaseLoss, point.BaseTokens))];
    }
}
