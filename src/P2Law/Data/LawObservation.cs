using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Data;

/// <summary>One measured loss.</summary>
/// <param name="Point">Where it was measured.</param>
/// <param name="Loss">The loss in nats a token, above 0.</param>
/// <param name="Run">The run it belongs to: checkpoints of one run are not independent.</param>
/// <param name="Group">What is fitted together, for example a pruning method; empty if there is one group.</param>
public sealed record LawObservation(LawPoint Point, double Loss, string Run, string Group = "");
