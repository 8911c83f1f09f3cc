namespace LlmEfficiency.Core.Speculation;

/// <summary>A drafted token.</summary>
/// <param name="Parent">The index of the token before it, or <see cref="DraftTree.Context"/>.</param>
/// <param name="Token">The token.</param>
/// <param name="Depth">How many tokens its path has, itself included.</param>
/// <param name="Probability">How likely its source takes the path up to it to be.</param>
public readonly record struct DraftNode(int Parent, int Token, int Depth, double Probability);
