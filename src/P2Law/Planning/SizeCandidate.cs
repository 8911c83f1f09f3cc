using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>A model that could be pruned to a wanted size.</summary>
/// <param name="Model">The model and the rate that leads to the size.</param>
/// <param name="Tokens">The tokens that the budget gives it.</param>
/// <param name="Flops">The compute of those.</param>
/// <param name="Loss">The loss with the budget, in nats.</param>
/// <param name="Interval">Its interval; null without repeated fits.</param>
/// <param name="BestShare">The part of the repeated fits in which it is the best; null without them.</param>
/// <param name="Notes">What to know about the answer.</param>
public sealed record SizeCandidate(
    PlannedModel Model,
    double Tokens,
    double Flops,
    double Loss,
    ParameterInterval? Interval,
    double? BestShare,
    IReadOnlyList<string> Notes);
