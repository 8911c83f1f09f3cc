namespace LlmEfficiency.P2Law.Laws;

/// <summary>
/// A law of the loss: L = offset + Σ_j c_j · term_j(exponents). A new law is a file that implements this, and a row in
/// <see cref="LawList"/>.
/// </summary>
public interface ILaw
{
    /// <summary>Gets name, formula and constants.</summary>
    LawDescription Description { get; }

    /// <summary>Returns the part of the loss that has no constants, in nats.</summary>
    double Offset(in LawPoint point);

    /// <summary>Computes what the coefficients multiply, and its derivatives.</summary>
    /// <param name="point">The place.</param>
    /// <param name="exponents">The exponents, <c>[exponents]</c>.</param>
    /// <param name="terms">Receives the terms, <c>[terms]</c>.</param>
    /// <param name="slopes">Receives ∂term/∂exponent, <c>[terms, exponents]</c>, row after row.</param>
    void Terms(in LawPoint point, ReadOnlySpan<double> exponents, Span<double> terms, Span<double> slopes);
}
