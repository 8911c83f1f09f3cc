namespace LlmEfficiency.P2Law.Planning;

/// <summary>What decides how many tokens a model gets.</summary>
/// <param name="Kind">The kind of the question.</param>
/// <param name="Value">τ in nats a token, a loss in nats, tokens, FLOPs, or a part of the gap.</param>
/// <param name="Start">D0, from which a part of the gap is counted.</param>
public sealed record PlanQuestion(PlanKind Kind, double Value, double Start = double.NaN);
