using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Generation;

/// <summary>Plain decoding: one token a pass and sequence. The baseline of every other method.</summary>
/// <param name="engine">The model; its owner disposes it.</param>
/// <param name="tokenizer">Gives the tokens' bytes.</param>
/// <param name="time">The clock of the report; the system's if null.</param>
/// <param name="deviceBytes">Says how much device memory is in use; null leaves it out of the report.</param>
public sealed class AutoregressiveGenerator(
    IDecodeEngine engine, ITokenizer tokenizer, TimeProvider? time = null, Func<long?>? deviceBytes = null) : IGenerator
{
    /// <summary>Gets how many prompt tokens a sequence runs in one pass; less needs less memory.</summary>
    public int PrefillChunk { get; init => field = DecodeLoopSettings.Positive(value); } = 512;

    /// <summary>Gets how the cache is kept small; null keeps all tokens.</summary>
    public RetentionSettings? Retention { get; init; }

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
            Retention = Retention,
        }.Run(requests, onPiece, cancellation);
}
