namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>A transition of an automaton.</summary>
/// <param name="Token">The token it reads.</param>
/// <param name="Target">The state it leads to.</param>
public readonly record struct Edge(int Token, int Target);
