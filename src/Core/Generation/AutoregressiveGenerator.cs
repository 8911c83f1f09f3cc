using LlmEfficiency.Core.Decoding;
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
    public int PrefillChunk
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }

    = 512;

    /// <inheritdoc/>
    public GenerationOutcome Generate(
        IReadOnlyList<GenerationRequest> requests,
        Action<GeneratedPiece>? onPiece = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfZero(requests.Count, nameof(requests));
        var meter = new GenerationMeter(time ?? TimeProvider.System);
        SequenceProgress[] sequences =
            [.. requests.Select((request, row) =>
                SequenceProgress.Begin(request, row, tokenizer, engine.Config, onPiece))];
        if (sequences.Any(sequence => sequence.Finish is null))
        {
            using var session = engine.Open(
                sequences.Length, sequences.Max(s => s.Prompt.Length + Math.Max(s.Limit - 1, 0)));
            new DecodeLoop(session, sequences, meter, PrefillChunk).Run(cancellation);
        }

        return new GenerationOutcome(
            [.. sequences.Select(sequence => sequence.ToResult())],
            meter.Report(
                engine.Description,
                sequences.Length,
                sequences.Sum(sequence => sequence.Prompt.Length),
                deviceBytes: deviceBytes?.Invoke()));
    }
}
