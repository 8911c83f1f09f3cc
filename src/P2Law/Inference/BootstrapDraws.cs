namespace LlmEfficiency.P2Law.Inference;

/// <summary>Repeated fits.</summary>
/// <param name="Kind">What was drawn.</param>
/// <param name="Constants">The constants of each fit that counts.</param>
/// <param name="TooFew">How many draws had fewer rows than constants.</param>
/// <param name="Deficient">
/// How many draws could not tell what all rows tell, for example since a size is missing: their constants are arbitrary and do not count.
/// </param>
public sealed record BootstrapDraws(BootstrapKind Kind, IReadOnlyList<double[]> Constants, int TooFew = 0, int Deficient = 0);
