namespace LlmEfficiency.P2Law.Claims;

/// <summary>A straight line by least squares.</summary>
/// <param name="Slope">Its slope.</param>
/// <param name="R2">The part of the variance that it explains; null if two different places or fewer leave nothing to explain.</param>
public readonly record struct LineFit(double Slope, double? R2)
{
    /// <summary>Fits a line; null if there are not two different places.</summary>
    /// <param name="xs">The places.</param>
    /// <param name="ys">The values there.</param>
    public static LineFit? Of(IReadOnlyList<double> xs, IReadOnlyList<double> ys)
    {
        var places = xs.Distinct().Count();
        if (places < 2)
        {
            return null;
        }

        var (x, y) = (xs.Average(), ys.Average());
        var (square, cross) = (xs.Sum(one => (one - x) * (one - x)), xs.Zip(ys, (one, two) => (one - x) * (two - y)).Sum());
        var (slope, total) = (cross / square, ys.Sum(one => (one - y) * (one - y)));
        return new LineFit(slope, places < 3 ? null : total == 0 ? 1 : slope * cross / total);
    }
}
