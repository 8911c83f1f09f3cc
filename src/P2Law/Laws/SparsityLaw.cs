namespace LlmEfficiency.P2Law.Laws;

/// <summary>L = (a_S (1 − ρ)^b_S + c_S) / N^b_N + A_D / D^b_D + c.</summary>
/// <remarks>Frantar et al. (arXiv 2309.08520), equation 1; A_D is the paper's a_D^b_D.</remarks>
public sealed class SparsityLaw : ILaw
{
    /// <inheritdoc/>
    public LawDescription Description { get; } = new()
    {
        Name = "frantar",
        Formula = "L = (a_S (1-rho)^b_S + c_S)/N^b_N + A_D/D^b_D + c",
        Source = "Frantar et al. 2023, scaling laws for sparsely-connected foundation models",
        Inputs = LawInputs.Size | LawInputs.Tokens | LawInputs.Rate,
        Coefficients =
        [
            new LawParameter("a_S", "nats [N]^b_N", 0, double.PositiveInfinity, []),
            new LawParameter("c_S", "nats [N]^b_N", 0, double.PositiveInfinity, []),
            new LawParameter("A_D", "nats [D]^b_D", 0, double.PositiveInfinity, []),
            new LawParameter("c", "nats", 0, double.PositiveInfinity, []),
        ],
        Exponents =
        [
            new LawParameter("b_S", "1", -10, 10, [-3, -1, 0.5, 2]),
            new LawParameter("b_N", "1", 0, 5, [0.1, 0.3, 0.8]),
            new LawParameter("b_D", "1", 0, 5, [0.2, 0.5, 1]),
        ],
        TokenTerm = (2, 2),
    };

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => 0;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        terms[1] = Math.Exp(-exponents[1] * point.LogSize);
        terms[0] = terms[1] * Math.Exp(exponents[0] * point.LogKept);
        terms[2] = Math.Exp(-exponents[2] * point.LogTokens);
        terms[3] = 1;
        slopes.Clear();
        slopes[0] = point.LogKept * terms[0];
        slopes[1] = -point.LogSize * terms[0];
        slopes[4] = -point.LogSize * terms[1];
        slopes[8] = -point.LogTokens * terms[2];
    }
}
