namespace LlmEfficiency.P2Law.Laws;

/// <summary>L = a + b D^−c0 (1 + (D/d)^(1/f))^(−c1 f): a power law in D that bends once, at d.</summary>
/// <remarks>Broken neural scaling law (Caballero et al., arXiv 2210.14891) with one break.</remarks>
public sealed class BrokenPowerLaw : ILaw
{
    /// <inheritdoc/>
    public LawDescription Description { get; } = new()
    {
        Name = "bnsl",
        Formula = "L = a + b D^-c0 (1 + (D/d)^(1/f))^(-c1 f)",
        Source = "Caballero et al. 2023, one break",
        Inputs = LawInputs.Tokens,
        Coefficients =
        [
            new LawParameter("b", "nats [D]^c0", 0, double.PositiveInfinity, []),
            new LawParameter("a", "nats", 0, double.PositiveInfinity, []),
        ],
        Exponents =
        [
            new LawParameter("c0", "1", 0, 5, [0.05, 0.2, 0.6]),
            new LawParameter("c1", "1", -5, 5, [-0.1, 0.2, 0.6]),
            new LawParameter("d", "[D]", 1e-4, 1e4, [0.2, 1, 4], TokenPower: 1),
            new LawParameter("f", "1", 0.02, 4, [0.1, 0.5]),
        ],
    };

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => 0;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        var (c0, c1, d, f) = (exponents[0], exponents[1], exponents[2], exponents[3]);
        var bend = (point.LogTokens - Math.Log(d)) / f;                       // ln of (D/d)^(1/f)
        var soft = bend > 30 ? bend : Math.Log(1 + Math.Exp(bend));            // ln(1 + (D/d)^(1/f))
        var share = 1 / (1 + Math.Exp(-bend));                                // d soft / d bend
        terms[0] = Math.Exp((-c0 * point.LogTokens) - (c1 * f * soft));
        terms[1] = 1;
        slopes.Clear();
        slopes[0] = -point.LogTokens * terms[0];
        slopes[1] = -f * soft * terms[0];
        slopes[2] = c1 * share / d * terms[0];
        slopes[3] = -c1 * (soft - (share * bend)) * terms[0];
    }
}
