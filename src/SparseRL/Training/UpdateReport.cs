using LlmEfficiency.SparseRL.Objectives;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>What one update met.</summary>
/// <param name="Statistics">Losses, ratios, clipping.</param>
/// <param name="GradientNorm">The length of the gradient before clipping.</param>
/// <param name="LearningRate">The rate.</param>
/// <param name="IsFinite">Whether something was learned.</param>
internal sealed record UpdateReport(PolicyStatistics Statistics, double GradientNorm, double LearningRate, bool IsFinite);
