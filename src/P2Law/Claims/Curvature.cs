namespace LlmEfficiency.P2Law.Claims;

/// <summary>The quadratic coefficient of values over places, by least squares.</summary>
/// <param name="Value">c of y = a + b x + c x².</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Noise">The deviation of the values about the parabola.</param>
public readonly record struct Curvature(double Value, double Error, double Noise)
{
    /// <summary>Fits a parabola; null for fewer than five places, which would leave too little to judge the noise by.</summary>
    /// <param name="xs">The places.</param>
    /// <param name="ys">The values there.</param>
    public static Curvature? Of(IReadOnlyList<double> xs, IReadOnlyList<double> ys)
    {
        if (xs.Distinct().Count() < 5)
        {
            return null;
        }

        // Orthogonal polynomials of degrees 0, 1 and 2: coefficients do not disturb each other, and nothing cancels.
        double[] line = Without(xs, [Enumerable.Repeat(1.0, xs.Count).ToArray()]);
        double[] bend = Without([.. line.Select(one => one * one)], [Enumerable.Repeat(1.0, xs.Count).ToArray(), line]);
        double[] rest = Without(ys, [Enumerable.Repeat(1.0, xs.Count).ToArray(), line, bend]);
        var noise = Math.Sqrt(Dot(rest, rest) / (xs.Count - 3));
        return new Curvature(Dot(ys, bend) / Dot(bend, bend), noise / Math.Sqrt(Dot(bend, bend)), noise);
    }

    private static double[] Without(IReadOnlyList<double> values, double[][] directions)
    {
        double[] rest = [.. values];
        foreach (var direction in directions)
        {
            var share = Dot(rest, direction) / Dot(direction, direction);
            rest = [.. rest.Zip(direction, (value, one) => value - (share * one))];
        }

        return rest;
    }

    private static double Dot(IReadOnlyList<double> left, IReadOnlyList<double> right) => left.Zip(right, (one, two) => one * two).Sum();
}
