namespace LlmEfficiency.P2Law.Laws;

/// <summary>A constant of a law that is fitted.</summary>
/// <param name="Name">The name in reports and files.</param>
/// <param name="Unit">The unit; <c>[N]</c> and <c>[D]</c> stand for the units of sizes and tokens.</param>
/// <param name="Lower">The least value.</param>
/// <param name="Upper">The largest value.</param>
/// <param name="Starts">
/// Values that a search begins with. Those of a coefficient are logarithms, for sizes and tokens counted one by one; where a
/// law has none, least squares gives the coefficients their first values.
/// </param>
/// <param name="TokenPower">Bounds and starts are multiples of the typical D to this power.</param>
public sealed record LawParameter(
    string Name, string Unit, double Lower, double Upper, IReadOnlyList<double> Starts, int TokenPower = 0);
