namespace LlmEfficiency.Core.Diagnostics;

/// <summary>Something about this machine that its user should know.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="What">What was found, with its value.</param>
/// <param name="Remedy">What to do about it; empty when there is nothing to do.</param>
public sealed record Finding(Severity Severity, string What, string Remedy);
