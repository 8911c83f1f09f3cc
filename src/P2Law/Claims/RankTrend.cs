namespace LlmEfficiency.P2Law.Claims;

/// <summary>Whether values rise together, by their order alone.</summary>
public static class RankTrend
{
    /// <summary>
    /// Kendall's τ-b: 1 if all pairs have the same order, −1 if all have the opposite one, ties counting for neither; null if
    /// one side is all ties.
    /// </summary>
    /// <param name="xs">The one value of each pair.</param>
    /// <param name="ys">The other.</param>
    public static double? Kendall(IReadOnlyList<double> xs, IReadOnlyList<double> ys)
    {
        var (sum, left, right) = (0, 0, 0);
        for (var first = 0; first < xs.Count; first++)
        {
            for (var second = 0; second < first; second++)
            {
                var (across, up) = (Math.Sign(xs[first].CompareTo(xs[second])), Math.Sign(ys[first].CompareTo(ys[second])));
                sum += across * up;
                left += Math.Abs(across);
                right += Math.Abs(up);
            }
        }

        return left == 0 || right == 0 ? null : sum / Math.Sqrt((double)left * right);
    }
}
