namespace LlmEfficiency.Fuzz;

/// <summary>What a reader did with mutated inputs.</summary>
/// <param name="Accepted">How many it read.</param>
/// <param name="Refused">How many it refused with a typed error.</param>
/// <param name="Findings">A line for each crash and each hang, with the numbers that repeat it.</param>
public sealed record FuzzResult(int Accepted, int Refused, IReadOnlyList<string> Findings);
