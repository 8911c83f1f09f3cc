using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>Responses that were decoded together, and what that cost.</summary>
/// <param name="Rollouts">The responses.</param>
/// <param name="Report">Times and memory.</param>
internal sealed record RolloutBatch(IReadOnlyList<Rollout> Rollouts, GenerationReport Report);
