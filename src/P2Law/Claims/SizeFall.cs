namespace LlmEfficiency.P2Law.Claims;

/// <summary>How far the loss of a size falls at a rate; means over seeds.</summary>
/// <param name="Size">The size.</param>
/// <param name="Parameters">N0, counted one by one.</param>
/// <param name="Rate">ρ.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="FirstTokens">D of the first loss.</param>
/// <param name="LastTokens">D of the last loss.</param>
/// <param name="Fall">The first loss minus the last, in nats a token.</param>
/// <param name="Slope">d(loss)/d(ln D) by least squares, in nats a token; null with a single loss.</param>
public sealed record SizeFall(
    string Size, double Parameters, double Rate, int Runs, double FirstTokens, double LastTokens, double Fall, double? Slope);
