using MathNet.Numerics.RootFinding;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>The same questions as <see cref="TokenCurve"/>, answered by search for any law.</summary>
public static class TokenRoot
{
    private const int Scanned = 240;
    private const double FewestLog = -28; // e^-28 of the typical D
    private const double MostLog = 28;

    /// <summary>Where the loss first falls to a target; infinite if it never does.</summary>
    /// <param name="loss">L(D).</param>
    /// <param name="typical">A typical D, around which the search looks 12 powers of ten far.</param>
    /// <param name="target">The target.</param>
    public static double ForLoss(Func<double, double> loss, double typical, double target) =>
        First(log => loss(typical * Math.Exp(log)) - target) is { } log ? typical * Math.Exp(log) : double.PositiveInfinity;

    /// <summary>Where the gain −dL/dD first falls to τ for good.</summary>
    /// <param name="loss">L(D).</param>
    /// <param name="typical">A typical D.</param>
    /// <param name="gain">τ in nats per unit of tokens.</param>
    public static double ForGain(Func<double, double> loss, double typical, double gain)
    {
        const double Step = 1e-4;
        return First(log =>
        {
            var tokens = typical * Math.Exp(log);
            var slope = (loss(tokens * Math.Exp(-Step)) - loss(tokens * Math.Exp(Step))) / (2 * Step * tokens);
            return slope - gain;
        }) is { } found ? typical * Math.Exp(found) : double.PositiveInfinity;
    }

    /// <summary>The loss that is left after very many tokens.</summary>
    public static double Asymptote(Func<double, double> loss, double typical) => loss(typical * Math.Exp(MostLog));

    // The first place where the function goes from above zero to below, in ln D.
    private static double? First(Func<double, double> function)
    {
        var before = FewestLog;
        for (var at = 1; at <= Scanned; at++)
        {
            var next = FewestLog + ((MostLog - FewestLog) * at / Scanned);
            if (function(before) > 0 && function(next) <= 0)
            {
                return Brent.FindRoot(function, before, next, 1e-12, 200);
            }

            before = next;
        }

        return null;
    }
}
