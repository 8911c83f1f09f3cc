namespace LlmEfficiency.P2Law.Laws;

/// <summary>L = L0 + (1/ρ)^γ (1/N0)^δ (A exp(−k D) + E): the gap closes exponentially.</summary>
/// <remarks>A rival of P2 Law's D_C / D^β; the factors are P2 Law's.</remarks>
public sealed class ExponentialRecoveryLaw : ILaw
{
    /// <inheritdoc/>
    public LawDescription Description { get; } = new()
    {
        Name = "exponential",
        Formula = "L = L0 + (1/rho)^gamma (1/N0)^delta (A exp(-k D) + E)",
        Source = "exponential recovery with P2 Law's factors",
        Inputs = LawInputs.Size | LawInputs.Tokens | LawInputs.Rate | LawInputs.BaseLoss,
        Coefficients =
        [
            new LawParameter("A", "nats [N]^delta", 0, double.PositiveInfinity, []),
            new LawParameter("E", "nats [N]^delta", 0, double.PositiveInfinity, []),
        ],
        Exponents =
        [
            new LawParameter("k", "1/[D]", 1e-6, 1e3, [0.3, 1, 5], TokenPower: -1),
            new LawParameter("gamma", "1", -10, 5, [-2, -1, -0.3]),
            new LawParameter("delta", "1", -2, 5, [0, 0.2, 0.5]),
        ],
    };

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => point.BaseLoss;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        var factor = (-exponents[1] * point.LogRate) - (exponents[2] * point.LogSize);
        terms[0] = Math.Exp(factor - (exponents[0] * point.Tokens));
        terms[1] = Math.Exp(factor);
        slopes[0] = -point.Tokens * terms[0];
        slopes[3] = 0;
        for (var term = 0; term < 2; term++)
        {
            slopes[(term * 3) + 1] = -point.LogRate * terms[term];
            slopes[(term * 3) + 2] = -point.LogSize * terms[term];
        }
    }
}
