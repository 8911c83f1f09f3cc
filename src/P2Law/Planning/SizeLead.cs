using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>By how much the best model is better than the second.</summary>
/// <param name="Loss">The loss of the second minus that of the best, in nats.</param>
/// <param name="Interval">Its interval, each repeated fit compared with itself; holds 0 if the choice is open. Null without them.</param>
public sealed record SizeLead(double Loss, ParameterInterval? Interval);
