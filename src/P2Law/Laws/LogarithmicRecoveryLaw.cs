namespace LlmEfficiency.P2Law.Laws;

/// <summary>L = L0 + (1/ρ)^γ (1/N0)^δ (E − A ln D): the gap closes by the same amount with every doubling.</summary>
/// <remarks>A rival of P2 Law's D_C / D^β; it has no asymptote. E may have any sign, since it depends on the unit of D.</remarks>
public sealed class LogarithmicRecoveryLaw : ILaw
{
    /// <inheritdoc/>
    public LawDescription Description { get; } = new()
    {
        Name = "logarithmic",
        Formula = "L = L0 + (1/rho)^gamma (1/N0)^delta (E - A ln D)",
        Source = "logarithmic recovery with P2 Law's factors",
        Inputs = LawInputs.Size | LawInputs.Tokens | LawInputs.Rate | LawInputs.BaseLoss,
        Coefficients =
        [
            new LawParameter("A", "nats [N]^delta", 0, double.PositiveInfinity, []),
            new LawParameter("E", "nats [N]^delta", double.NegativeInfinity, double.PositiveInfinity, []),
        ],
        Exponents =
        [
            new LawParameter("gamma", "1", -10, 5, [-2, -1, -0.3]),
            new LawParameter("delta", "1", -2, 5, [0, 0.2, 0.5]),
        ],
    };

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => point.BaseLoss;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        terms[1] = Math.Exp((-exponents[0] * point.LogRate) - (exponents[1] * point.LogSize));
        terms[0] = -point.LogTokens * terms[1];
        for (var term = 0; term < 2; term++)
        {
            slopes[term * 2] = -point.LogRate * terms[term];
            slopes[(term * 2) + 1] = -point.LogSize * terms[term];
        }
    }
}
