namespace LlmEfficiency.P2Law.Laws;

/// <summary>What is known of a law before it is fitted.</summary>
public sealed record LawDescription
{
    /// <summary>Gets the name on the command line and in files.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the formula.</summary>
    public required string Formula { get; init; }

    /// <summary>Gets where the law comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Gets what every row must have.</summary>
    public required LawInputs Inputs { get; init; }

    /// <summary>Gets the constants that the loss is linear in, one a term.</summary>
    public required IReadOnlyList<LawParameter> Coefficients { get; init; }

    /// <summary>Gets the other constants, at most four.</summary>
    public required IReadOnlyList<LawParameter> Exponents { get; init; }

    /// <summary>
    /// Gets which term alone depends on D, as D to the negative power of which exponent; null if the law is not of this form.
    /// Plans then have closed forms.
    /// </summary>
    public (int Term, int Exponent)? TokenTerm { get; init; }

    /// <summary>Gets all constants: coefficients, then exponents.</summary>
    public IReadOnlyList<LawParameter> Parameters => [.. Coefficients, .. Exponents];
}
