namespace LlmEfficiency.P2Law.Laws;

/// <summary>L = P0 L0 (1 − ρ)^a: the rate alone, without tokens.</summary>
/// <remarks>The form of Sengupta et al. (2025) for scores; for losses a is below 0.</remarks>
public sealed class RateOnlyLaw : ILaw
{
    /// <inheritdoc/>
    public LawDescription Description { get; } = new()
    {
        Name = "sengupta",
        Formula = "L = P0 L0 (1-rho)^a",
        Source = "after Sengupta et al. 2025, compression laws",
        Inputs = LawInputs.BaseLoss | LawInputs.Rate,
        Coefficients = [new LawParameter("P0", "1", 0, double.PositiveInfinity, [])],
        Exponents = [new LawParameter("a", "1", -20, 20, [-2, -0.5, 0.5])],
    };

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => 0;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        terms[0] = point.BaseLoss * Math.Exp(exponents[0] * point.LogKept);
        slopes[0] = point.LogKept * terms[0];
    }
}
