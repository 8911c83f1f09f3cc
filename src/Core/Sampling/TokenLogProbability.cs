namespace LlmEfficiency.Core.Sampling;

/// <summary>A token and how likely the model found it.</summary>
/// <param name="Id">The token.</param>
/// <param name="LogProbability">The natural logarithm of its probability.</param>
public readonly record struct TokenLogProbability(int Id, double LogProbability);
