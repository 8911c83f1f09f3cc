using MathNet.Numerics.RootFinding;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>The same questions as <see cref="TokenCurve"/>, answered by search for any law.</summary>
public static class TokenRoot
{
    private const double FewestLog = -28; // e^-28 of the typical D: 12 powers of ten below
    private const double MostLog = 600;   // 260 powers of ten above: a logarithm needs them, and numbers still hold them

    // Where the search looks, in ln of D / typical: densely within 12 powers of ten, then coarsely.
    private static readonly double[] Places =
        [.. Enumerable.Range(0, 241).Select(at => FewestLog + (56.0 * at / 240)), .. Enumerable.Range(1, 143).Select(at => 28 + (4.0 * at))];

    /// <summary>The fewest tokens that a search looks at.</summary>
    /// <param name="typical">A typical D.</param>
    public static double Fewest(double typical) => typical * Math.Exp(FewestLog);

    /// <summary>Where the loss first falls to a target; 0 if it is there from the beginning, infinite if it never is.</summary>
    /// <param name="loss">L(D).</param>
    /// <param name="typical">A typical D, around which the search looks.</param>
    /// <param name="target">The target.</param>
    public static double ForLoss(Func<double, double> loss, double typical, double target)
    {
        if (Above(Places[0]) <= 0)
        {
            return 0;
        }

        // At the asymptote the difference rounds to zero somewhere, which is no place where the target is reached.
        if (target <= Asymptote(loss, typical))
        {
            return double.PositiveInfinity;
        }

        var at = Array.FindIndex(Places, log => Above(log) <= 0);
        return at > 0 ? typical * Math.Exp(Brent.FindRoot(Above, Places[at - 1], Places[at], 1e-12, 200)) : double.PositiveInfinity;

        double Above(double log) => loss(typical * Math.Exp(log)) - target;
    }

    /// <summary>Where the gain −dL/dD falls to τ for good; 0 if it is never above, infinite if it stays above.</summary>
    /// <param name="loss">L(D).</param>
    /// <param name="typical">A typical D.</param>
    /// <param name="gain">τ in nats per unit of tokens.</param>
    public static double ForGain(Func<double, double> loss, double typical, double gain)
    {
        const double Step = 1e-4;
        const double Rounding = 1e-14; // of the loss: a smaller difference says nothing of the slope
        var at = Array.FindLastIndex(Places, log => Above(log) > 0);
        return at < 0 ? 0
            : at == Places.Length - 1 ? double.PositiveInfinity
            : typical * Math.Exp(Brent.FindRoot(Above, Places[at], Places[at + 1], 1e-12, 200));

        double Above(double log)
        {
            var tokens = typical * Math.Exp(log);
            var (before, after) = (loss(tokens * Math.Exp(-Step)), loss(tokens * Math.Exp(Step)));
            var fall = before - after;
            return ((Math.Abs(fall) > Rounding * Math.Abs(after) ? fall / (2 * Step * tokens) : 0) / gain) - 1; // in units of τ, which may be tiny
        }
    }

    /// <summary>The loss that no number of tokens goes below; negative infinity if it falls without end, as a logarithm does.</summary>
    public static double Asymptote(Func<double, double> loss, double typical)
    {
        // Towards a limit, the next doubling of ln D brings less than twice what the last one brought; a logarithm brings twice.
        var (near, far, end) = (At(MostLog / 4), At(MostLog / 2), At(MostLog));
        return far - end > 1.9 * Math.Max(near - far, 1e-9 * Math.Abs(end))
            ? double.NegativeInfinity
            : Places.Select(At).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Min();

        double At(double log) => loss(typical * Math.Exp(log));
    }

    /// <summary>Whether the loss is the same after any number of tokens.</summary>
    public static bool IsFlat(Func<double, double> loss, double typical)
    {
        var first = loss(Fewest(typical));
        return first == loss(typical) && first == loss(typical * Math.Exp(MostLog));
    }
}
