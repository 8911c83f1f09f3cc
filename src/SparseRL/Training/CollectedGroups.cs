using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>The responses of an iteration.</summary>
/// <param name="Groups">Those to learn from, by prompt.</param>
/// <param name="Drawn">All that were drawn, those of groups without a signal too.</param>
/// <param name="NextPrompt">The running number of the first prompt that was not drawn.</param>
/// <param name="Cost">What drawing cost.</param>
internal sealed record CollectedGroups(
    IReadOnlyList<Rollout[]> Groups, IReadOnlyList<Rollout> Drawn, long NextPrompt, SamplingCost Cost);
