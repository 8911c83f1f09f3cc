namespace LlmEfficiency.P2Law.Laws;

/// <summary>L = A D1^−a1 D2^−(a2 + a3 ln D1) + E: training that goes on from a trained model.</summary>
/// <remarks>The law of bootstrapped pre-training; D1 are the tokens before, D2 those after.</remarks>
public sealed class BootstrappedLaw : ILaw
{
    /// <inheritdoc/>
    public LawDescription Description { get; } = new()
    {
        Name = "bootstrapped",
        Formula = "L = A D1^-a1 D2^-(a2 + a3 ln D1) + E",
        Source = "bootstrapped pre-training, 2025",
        Inputs = LawInputs.Tokens | LawInputs.BaseTokens,
        Coefficients =
        [
            new LawParameter("A", "nats [D]^..", 0, double.PositiveInfinity, []),
            new LawParameter("E", "nats", 0, double.PositiveInfinity, []),
        ],
        Exponents =
        [
            new LawParameter("a1", "1", -5, 5, [0.05, 0.2, 0.6]),
            new LawParameter("a2", "1", -5, 5, [0.05, 0.2, 0.6]),
            new LawParameter("a3", "1", -2, 2, [-0.02, 0, 0.02]),
        ],
    };

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => 0;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        var (before, after) = (point.LogBaseTokens, point.LogTokens);
        terms[0] = Math.Exp((-exponents[0] * before) - ((exponents[1] + (exponents[2] * before)) * after));
        terms[1] = 1;
        slopes.Clear();
        slopes[0] = -before * terms[0];
        slopes[1] = -after * terms[0];
        slopes[2] = -before * after * terms[0];
    }
}
