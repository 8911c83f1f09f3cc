namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>A token that texts foretell.</summary>
/// <param name="Token">The token.</param>
/// <param name="Probability">How likely it is behind its context.</param>
/// <param name="Source">The text that says so.</param>
internal readonly record struct Foretold(int Token, double Probability, string Source);
