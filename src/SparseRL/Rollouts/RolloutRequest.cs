namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>A response that is asked for.</summary>
/// <param name="Prompt">The prompt's running number.</param>
/// <param name="Sample">Which response to it.</param>
/// <param name="PromptIds">The prompt's ids.</param>
internal sealed record RolloutRequest(long Prompt, int Sample, IReadOnlyList<int> PromptIds);
