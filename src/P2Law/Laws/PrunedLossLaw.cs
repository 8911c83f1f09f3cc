namespace LlmEfficiency.P2Law.Laws;

/// <summary>
/// P2 Law: L = L0 + (1/ρ)^γ (1/N0)^δ (N_C / N0^α + D_C / D^β + E), the same without one of its parts, and with an
/// exponent of the rate that changes with the size.
/// </summary>
/// <remarks>P2 Law (arXiv 2411.10272), the form that the paper calls L1.</remarks>
public sealed class PrunedLossLaw : ILaw
{
    private readonly Parts _parts;
    private readonly int _tokenTerm;
    private readonly int _floorTerm;
    private readonly int _terms;
    private readonly int _exponents;
    private readonly int _tokenAt;
    private readonly int _rateAt;
    private readonly int _sizeAt;
    private readonly int _bothAt;

    /// <summary>Makes the law, or the law without a part.</summary>
    /// <param name="name">The name.</param>
    /// <param name="source">Where the form comes from.</param>
    /// <param name="parts">What it has.</param>
    public PrunedLossLaw(string name, string source, Parts parts)
    {
        _parts = parts;
        var coefficients = new List<LawParameter> { new("N_C", "nats [N]^(alpha+delta)", 0, double.PositiveInfinity, []) };
        _tokenTerm = Add(coefficients, parts.HasFlag(Parts.Tokens), new LawParameter("D_C", "nats [N]^delta [D]^beta", 0, double.PositiveInfinity, []));
        _floorTerm = Add(coefficients, parts.HasFlag(Parts.Floor), new LawParameter("E", "nats [N]^delta", 0, double.PositiveInfinity, []));
        var exponents = new List<LawParameter> { new("alpha", "1", 0, 5, [0.1, 0.3, 0.8]) };
        _tokenAt = Add(exponents, parts.HasFlag(Parts.Tokens), new LawParameter("beta", "1", 0, 5, [0.2, 0.5, 1]));
        _rateAt = Add(exponents, parts.HasFlag(Parts.RateFactor), new LawParameter("gamma", "1", -10, 5, [-2, -1, -0.3]));
        _sizeAt = Add(exponents, parts.HasFlag(Parts.SizeFactor), new LawParameter("delta", "1", -2, 5, [0, 0.2, 0.5]));
        _bothAt = Add(exponents, parts.HasFlag(Parts.RateBySize), new LawParameter("theta", "1", -2, 2, [-0.3, 0.1]));
        (_terms, _exponents) = (coefficients.Count, exponents.Count);
        Description = new LawDescription
        {
            Name = name,
            Formula = FormulaOf(parts),
            Source = source,
            Inputs = LawInputs.Size
                | (parts.HasFlag(Parts.Tokens) ? LawInputs.Tokens : LawInputs.None)
                | (parts.HasFlag(Parts.BaseLoss) ? LawInputs.BaseLoss : LawInputs.None)
                | (parts.HasFlag(Parts.RateFactor) ? LawInputs.Rate : LawInputs.None),
            Coefficients = coefficients,
            Exponents = exponents,
            TokenTerm = parts.HasFlag(Parts.Tokens) ? (_tokenTerm, _tokenAt) : null,
        };
    }

    /// <summary>What the law is made of.</summary>
    [Flags]
    public enum Parts
    {
        /// <summary>Only N_C / N0^α.</summary>
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

        /// <summary>+ D_C / D^β.</summary>
        Tokens = 32,

        /// <summary>(1/ρ)^(γ + θ ln N0) in place of (1/ρ)^γ.</summary>
        RateBySize = 64,

        /// <summary>The paper's law.</summary>
        All = BaseLoss | RateFactor | SizeFactor | Floor | Tokens,
    }

    /// <inheritdoc/>
    public LawDescription Description { get; }

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => _parts.HasFlag(Parts.BaseLoss) ? point.BaseLoss : 0;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        var logRate = _parts.HasFlag(Parts.Odds) ? point.LogRate - point.LogKept : point.LogRate;
        var factor = (_rateAt < 0 ? 0 : -exponents[_rateAt] * logRate) - (_sizeAt < 0 ? 0 : exponents[_sizeAt] * point.LogSize)
            - (_bothAt < 0 ? 0 : exponents[_bothAt] * point.LogSize * logRate);
        terms[0] = Math.Exp(factor - (exponents[0] * point.LogSize));
        slopes.Clear();
        slopes[0] = -point.LogSize * terms[0];
        if (_tokenTerm >= 0)
        {
            terms[_tokenTerm] = Math.Exp(factor - (exponents[_tokenAt] * point.LogTokens));
            slopes[(_tokenTerm * _exponents) + _tokenAt] = -point.LogTokens * terms[_tokenTerm];
        }

        if (_floorTerm >= 0)
        {
            terms[_floorTerm] = Math.Exp(factor);
        }

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

            if (_bothAt >= 0)
            {
                slopes[(term * _exponents) + _bothAt] = -point.LogSize * logRate * terms[term];
            }
        }
    }

    private static int Add(List<LawParameter> parameters, bool isThere, LawParameter parameter)
    {
        if (!isThere)
        {
            return -1;
        }

        parameters.Add(parameter);
        return parameters.Count - 1;
    }

    private static string FormulaOf(Parts parts)
    {
        var exponent = parts.HasFlag(Parts.RateBySize) ? "(gamma + theta ln N0) " : "gamma ";
        var rate = (parts.HasFlag(Parts.Odds) ? "((1-rho)/rho)^" : "(1/rho)^") + exponent;
        return "L = "
            + (parts.HasFlag(Parts.BaseLoss) ? "L0 + " : "")
            + (parts.HasFlag(Parts.RateFactor) ? rate : "")
            + (parts.HasFlag(Parts.SizeFactor) ? "(1/N0)^delta " : "")
            + "(N_C/N0^alpha"
            + (parts.HasFlag(Parts.Tokens) ? " + D_C/D^beta" : "")
            + (parts.HasFlag(Parts.Floor) ? " + E)" : ")");
    }
}
