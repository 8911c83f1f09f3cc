using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// Speculative decoding: each pass runs the last token and what a drafter foretells, and gains as many tokens as were
/// foretold right, and one. Tokens are drawn from the model's own distributions with the random numbers of plain decoding,
/// so that the answer is the one of <see cref="AutoregressiveGenerator"/>, greedy or not, as far as the engine computes the
/// same numbers for a token alone and among others.
/// </summary>
/// <param name="engine">The model; its owner disposes it.</param>
/// <param name="tokenizer">Gives the tokens' bytes.</param>
/// <param name="drafter">What drafts; its owner disposes it.</param>
/// <param name="time">The clock of the report; the system's if null.</param>
/// <param name="deviceBytes">Says how much device memory is in use; null leaves it out of the report.</param>
public sealed class SpeculativeGenerator(
    IDecodeEngine engine, ITokenizer tokenizer, IDrafter drafter, TimeProvider? time = null, Func<long?>? deviceBytes = null)
    : IGenerator
{
    /// <summary>Gets how many prompt tokens a sequence runs in one pass; less needs less memory.</summary>
    public int PrefillChunk { get; init => field = DecodeLoopSettings.Positive(value); } = 512;

    /// <summary>Gets how many tokens of a sequence a pass runs at most: the last certain one and its draft.</summary>
    public int MaxRows { get; init => field = DecodeLoopSettings.Positive(value); } = 64;

    /// <summary>
    /// Gets what decides how much of a draft is worth verifying, and learns it from the passes; null verifies all. For drafters
    /// whose probabilities mean something.
    /// </summary>
    public VerifyCost? Cost { get; init; }

    /// <inheritdoc/>
    public GenerationOutcome Generate(
        IReadOnlyList<GenerationRequest> requests,
        Action<GeneratedPiece>? onPiece = null,
        CancellationToken cancellation = default) => new BatchGeneration
        {
            Engine = engine,
            Tokenizer = tokenizer,
            Time = time ?? TimeProvider.System,
            DeviceBytes = deviceBytes,
            PrefillChunk = PrefillChunk,
            Drafter = drafter,
            Cost = Cost,
            MaxRows = MaxRows,
        }.Run(requests, onPiece, cancellation);
}
