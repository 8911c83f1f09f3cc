namespace LlmEfficiency.P2Law.Laws;

/// <summary>L = A / N^α + B / D^β + E, on all parameters or on those that pruning leaves, N0 (1 − ρ).</summary>
/// <remarks>Hoffmann et al. (arXiv 2203.15556), approach 3; the grid of starts is the authors'.</remarks>
/// <param name="name">The name.</param>
/// <param name="isOfKept">Whether N counts what pruning leaves.</param>
public sealed class ChinchillaLaw(string name, bool isOfKept) : ILaw
{
    /// <inheritdoc/>
    public LawDescription Description { get; } = new()
    {
        Name = name,
        Formula = isOfKept ? "L = A/(N0 (1-rho))^alpha + B/D^beta + E" : "L = A/N^alpha + B/D^beta + E",
        Source = isOfKept ? "Hoffmann et al. 2022, on the remaining parameters" : "Hoffmann et al. 2022, approach 3",
        Inputs = LawInputs.Size | LawInputs.Tokens | (isOfKept ? LawInputs.Rate : LawInputs.None),
        Coefficients =
        [
            new LawParameter("A", "nats [N]^alpha", 0, double.PositiveInfinity, [0, 5, 10, 15, 20, 25]),
            new LawParameter("B", "nats [D]^beta", 0, double.PositiveInfinity, [0, 5, 10, 15, 20, 25]),
            new LawParameter("E", "nats", 0, double.PositiveInfinity, [-1, -0.5, 0, 0.5, 1]),
        ],
        Exponents =
        [
            new LawParameter("alpha", "1", 0, 5, [0, 0.5, 1, 1.5, 2]),
            new LawParameter("beta", "1", 0, 5, [0, 0.5, 1, 1.5, 2]),
        ],
        TokenTerm = (1, 1),
    };

    /// <inheritdoc/>
    public double Offset(in LawPoint point) => 0;

    /// <inheritdoc/>
    public void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes)
    {
        var logSize = isOfKept ? point.LogSize + point.LogKept : point.LogSize;
        terms[0] = Math.Exp(-exponents[0] * logSize);
        terms[1] = Math.Exp(-exponents[1] * point.LogTokens);
        terms[2] = 1;
        slopes.Clear();
        slopes[0] = -logSize * terms[0];
        slopes[3] = -point.LogTokens * terms[1];
    }
}
