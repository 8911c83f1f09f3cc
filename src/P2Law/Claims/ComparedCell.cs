namespace LlmEfficiency.P2Law.Claims;

/// <summary>Two methods at one size, at nearly the same rate and at the same tokens; means over the seeds that both have.</summary>
/// <param name="Size">The size.</param>
/// <param name="Parameters">N0, counted one by one.</param>
/// <param name="Tokens">D, the most that both runs of a seed have; the mean over seeds.</param>
/// <param name="Seeds">How many seeds both have.</param>
/// <param name="FirstRate">ρ of the first method.</param>
/// <param name="SecondRate">ρ of the second.</param>
/// <param name="FirstExcess">L − L0 of the first, in nats a token.</param>
/// <param name="SecondExcess">L − L0 of the second.</param>
/// <param name="Deviation">The standard deviation of the difference over seeds; null with one seed.</param>
public sealed record ComparedCell(
    string Size,
    double Parameters,
    double Tokens,
    int Seeds,
    double FirstRate,
    double SecondRate,
    double FirstExcess,
    double SecondExcess,
    double? Deviation);
