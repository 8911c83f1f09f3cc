namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>Estimates KL(π_θ ‖ π_ref) from one token, with r = ln π_θ − ln π_ref.</summary>
public static class KlEstimator
{
    /// <summary>Bound of k3 as <see cref="KlLossType.LowVarKl"/>.</summary>
    private const double Bound = 10;

    /// <summary>Bound of −r under the exponential.</summary>
    private const double ExponentBound = 20;

    /// <summary>Returns r.</summary>
    public static LossTerm K1(double r) => new(r, 1);

    /// <summary>Returns |r|.</summary>
    public static LossTerm Abs(double r) => new(Math.Abs(r), Math.Sign(r));

    /// <summary>Returns r² / 2.</summary>
    public static LossTerm K2(double r) => new(r * r / 2, r);

    /// <summary>Returns exp(−r) − 1 + r.</summary>
    /// <remarks>Written with expm1, as the estimate is about r² / 2 and would drown in rounding; constant beyond |r| = 20.</remarks>
    public static LossTerm K3(double r)
    {
        var bounded = Math.Clamp(r, -ExponentBound, ExponentBound);
        var exponential = ExpMinusOne(-bounded);
        return new LossTerm(exponential + bounded, bounded == r ? -exponential : 0);
    }

    /// <summary>Returns k3 bounded to ±10: slime's and verl's low_var_kl.</summary>
    public static LossTerm LowVarKl(double r)
    {
        var term = K3(r);
        return term.Loss > Bound ? new LossTerm(Bound, 0) : term;
    }

    /// <summary>Returns the estimate of a type.</summary>
    public static LossTerm Of(KlLossType type, double r) => type switch
    {
        KlLossType.K1 => K1(r),
        KlLossType.Abs => Abs(r),
        KlLossType.K2 => K2(r),
        KlLossType.K3 => K3(r),
        _ => LowVarKl(r),
    };

    /// <summary>Returns exp(x) − 1 without cancellation near 0.</summary>
    internal static double ExpMinusOne(double x)
    {
        if (Math.Abs(x) < 1e-5)
        {
            return x + (x * x / 2) + (x * x * x / 6);
        }

        return 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);
    }
}
