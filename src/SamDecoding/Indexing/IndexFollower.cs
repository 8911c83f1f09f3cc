namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>A token that follows a string.</summary>
/// <param name="Token">The token.</param>
/// <param name="Count">How often it follows.</param>
public readonly record struct IndexFollower(int Token, int Count);
