namespace LlmEfficiency.P2Law.Inference;

/// <summary>Directions of the constants in which predictions change hardly or not at all.</summary>
/// <param name="Rank">How many directions change a prediction.</param>
/// <param name="Condition">The largest singular value over the least one that is not zero.</param>
/// <param name="Flat">The numbers of the constants in directions that change nothing.</param>
/// <param name="Weak">The numbers of those in directions that change too little to be seen in any noise, those of <paramref name="Flat"/> included.</param>
internal sealed record Directions(int Rank, double Condition, int[] Flat, int[] Weak);
