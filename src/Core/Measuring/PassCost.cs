namespace LlmEfficiency.Core.Measuring;

/// <summary>What a pass costs.</summary>
/// <param name="Rows">How many tokens it runs.</param>
/// <param name="Milliseconds">How long it takes.</param>
public sealed record PassCost(int Rows, double Milliseconds);
