using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Generation;

/// <summary>A way to continue prompts: plain, speculative or any other.</summary>
public interface IGenerator
{
    /// <summary>Continues prompts.</summary>
    /// <param name="requests">At least one; the prompts may differ in length.</param>
    /// <param name="onPiece">Told of each piece as soon as it is certain, on the calling thread.</param>
    /// <param name="cancellation">
    /// Ends the unfinished sequences after the current pass; what was generated is kept.
    /// </param>
    /// <exception cref="LlmEfficiencyException">
    /// A request cannot work, or the model computed numbers that are none.
    /// </exception>
    GenerationOutcome Generate(
        IReadOnlyList<GenerationRequest> requests,
        Action<GeneratedPiece>? onPiece = null,
        CancellationToken cancellation = default);
}
