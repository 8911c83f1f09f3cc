namespace LlmEfficiency.P2Law.Claims;

/// <summary>How training alone moves the loss of a base that was not pruned: the floor of what L − L0 can mean.</summary>
/// <param name="Family">The family of models; empty where the table has none.</param>
/// <param name="Size">The size.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Parameters">N0, counted one by one.</param>
/// <param name="Drift">The last loss minus the first, in nats a token.</param>
/// <param name="LastExcess">The last loss minus L0, in nats a token.</param>
public sealed record ControlDrift(string Family, string Size, string Seed, double Parameters, double Drift, double LastExcess);
