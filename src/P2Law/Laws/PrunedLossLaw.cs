namespace LlmEfficiency.P2Law.Laws;

/// <summary>
/// P2 Law: L = L0 + (1/ρ)^γ (1/N0)^δ (N_C / N0^α + D_C / D^β + E), and the same without one of its parts.
/// </summary>
/// <remarks>P2 Law (arXiv 2411.10272), the form that the paper calls L1.</remarks>
public sealed class PrunedLossLaw : ILaw
{
    private readonly Parts _parts;
    private readonly int _terms;
    private readonly int _exponents;
    private readonly int _rateAt;
    private readonly int _sizeAt;

    /// <summary>Makes the law, or the law without a part.</summary>
    /// <param name="name">The name.</param>
    /// <param name="source">Where the form comes from.</param>
    /// <param name="parts">What it has.</param>
    public PrunedLossLaw(string name, string source, Parts parts)
    {
        _parts = parts;
        LawParameter[] coefficients =
        [
            new("N_C", "nats [N]^(alpha+delta)", 0, double.PositiveInfinity, []),
            new("D_C", "nats [N]^delta [D]^beta", 0, double.PositiveInfinity, []),
            .. parts.HasFlag(Parts.Floor) ? [new LawParameter("E", "nats [N]^delta", 0, double.PositiveInfinity, [])] : Array.Empty<LawParameter>(),
        ];
        var exponents = new List<LawParameter>
        {
            new("alpha", "1", 0, 5, [0.1, 0.3, 0.8]),
            new("beta", "1", 0, 5, [0.2, 0.5, 1]),
        };
        _rateAt = Add(exponents, parts.HasFlag(Parts.RateFactor), new LawParameter("gamma", "1", -10, 5, [-2, -1, -0.3]));
        _sizeAt = Add(exponents, parts.HasFlag(Parts.SizeFactor), new LawParameter("delta", "1", -2, 5, [0, 0.2, 0.5]));
        (_terms, _exponents) = (coefficients.Length, exponents.Count);
        Description = new LawDescription
        {
            Name = name,
            Formula = FormulaOf(parts),
            Source = source,
            Inputs = LawInputs.Size | LawInputs.Tokens
                | (parts.HasFlag(Parts.BaseLoss) ? LawInputs.BaseLoss : LawInputs.None)
                | (parts.HasFlag(Parts.RateFactor) ? LawInputs.Rate : LawInputs.None),
            Coefficients = coefficients,
            Exponents = exponents,
            TokenTerm = (1, 1),
        };
    }

    /// <summary>What the law is made of.</summary>
    [Flags]
    public enum Parts
    {
        /// <summary>Only N_C / N0^α + D_C / D^β.</summary>
        None = 0,

        /// <summary>L0 +.</summary>
        BaseLoss = 1,

        /// <summary>(1/ρ)^γ.</summary>
        RateFactor = 2,

        /// <summary>(1/N0)^δ.</summary>
        SizeFactor = 4,

        /// <summary>+ E.</summary>
        Floor = 8,

        /// <summary>ρ/(1 − ρ) in place of ρ.</summary>
        Odds = 16,

        /// <summary>The paper's law.</summary>
        All = BaseLoss | RateFactor | SizeFactor | Floor,
    }

    /// <inheritdoc/>
    public LawDescription Description { get; }

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => _parts.HasFlag(Parts.BaseLoss) ? point.BaseLoss : 0;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        var logRate = _parts.HasFlag(Parts.Odds) ? point.LogRate - point.LogKept : point.LogRate;
        var factor = (_rateAt < 0 ? 0 : -exponents[_rateAt] * logRate) - (_sizeAt < 0 ? 0 : exponents[_sizeAt] * point.LogSize);
        terms[0] = Math.Exp(factor - (exponents[0] * point.LogSize));
        terms[1] = Math.Exp(factor - (exponents[1] * point.LogTokens));
        if (_terms > 2)
        {
            terms[2] = Math.Exp(factor);
        }

        slopes.Clear();
        slopes[0] = -point.LogSize * terms[0];
        slopes[_exponents + 1] = -point.LogTokens * terms[1];
        for (var term = 0; term < _terms; term++)
        {
            if (_rateAt >= 0)
            {
                slopes[(term * _exponents) + _rateAt] = -logRate * terms[term];
            }

            if (_sizeAt >= 0)
            {
                slopes[(term * _exponents) + _sizeAt] -= point.LogSize * terms[term];
            }
        }
    }

    private static int Add(List<LawParameter> exponents, bool isThere, LawParameter parameter)
    {
        if (!isThere)
        {
            return -1;
        }

        exponents.Add(parameter);
        return exponents.Count - 1;
    }

    private static string FormulaOf(Parts parts)
    {
        var rate = parts.HasFlag(Parts.Odds) ? "((1-rho)/rho)^gamma " : "(1/rho)^gamma ";
        return "L = "
            + (parts.HasFlag(Parts.BaseLoss) ? "L0 + " : "")
            + (parts.HasFlag(Parts.RateFactor) ? rate : "")
            + (parts.HasFlag(Parts.SizeFactor) ? "(1/N0)^delta " : "")
            + (parts.HasFlag(Parts.Floor) ? "(N_C/N0^alpha + D_C/D^beta + E)" : "(N_C/N0^alpha + D_C/D^beta)");
    }
}
