namespace LlmEfficiency.P2Law.Planning;

/// <summary>Which model to prune to a wanted size, the best one first.</summary>
/// <param name="FinalSize">The parameters that are to be left.</param>
/// <param name="Budget">The tokens or FLOPs that each may take.</param>
/// <param name="IsDense">Whether zeros cost compute too.</param>
/// <param name="Candidates">The models.</param>
/// <param name="Lead">What the best one is better by; null if there is only one.</param>
public sealed record SizePlan(double FinalSize, PlanQuestion Budget, bool IsDense, IReadOnlyList<SizeCandidate> Candidates, SizeLead? Lead);
