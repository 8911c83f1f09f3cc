using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>How predictions of rows that were kept back get intervals.</summary>
/// <param name="Bootstrap">The repeated fits.</param>
/// <param name="Level">How often an interval should hold the measured loss.</param>
public sealed record IntervalSettings(BootstrapSettings Bootstrap, double Level = 0.95);
