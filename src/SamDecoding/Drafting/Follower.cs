namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>A token that followed a context.</summary>
/// <param name="Token">The token.</param>
/// <param name="Count">How often.</param>
internal readonly record struct Follower(int Token, int Count);
