using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Generation;

/// <summary>Continues prompts together over a cache of their own, with or without drafts.</summary>
internal sealed record BatchGeneration
{
    /// <summary>Gets the model.</summary>
    public required IDecodeEngine Engine { get; init; }

    /// <summary>Gets what gives the tokens' bytes.</summary>
    public required ITokenizer Tokenizer { get; init; }

    /// <summary>Gets the clock of the report.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Gets what says how much device memory is in use.</summary>
    public Func<long?>? DeviceBytes { get; init; }

    /// <summary>Gets how many prompt tokens a sequence runs in one pass.</summary>
    public required int PrefillChunk { get; init; }

    /// <summary>Gets how the cache is kept small; null keeps all tokens.</summary>
    public RetentionSettings? Retention { get; init; }

    /// <summary>Gets what drafts; null for plain decoding.</summary>
    public IDrafter? Drafter { get; init; }

    /// <summary>Gets what decides how much of a draft is worth verifying; null verifies all.</summary>
    public VerifyCost? Cost { get; init; }

    /// <summary>Gets how many tokens of a sequence a pass runs at most.</summary>
    public int MaxRows { get; init; } = 1;

    /// <summary>Continues prompts.</summary>
    public GenerationOutcome Run(
        IReadOnlyList<GenerationRequest> requests, Action<GeneratedPiece>? onPiece, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfZero(requests.Count, nameof(requests));
        var meter = new GenerationMeter(Time);
        SequenceProgress[] sequences =
            [.. requests.Select((request, row) => SequenceProgress.Begin(request, row, Tokenizer, Engine.Config, onPiece))];
        var firstCompressions = new int?[sequences.Length];
        CacheReport? cache = null;
        if (sequences.Any(sequence => sequence.Finish is null))
        {
            var settings = new DecodeLoopSettings
            {
                PrefillChunk = PrefillChunk,
                Vocabulary = Engine.Config.VocabularySize,
                Capacity = (int)Math.Min( // drafts become shorter where the context ends
                    Engine.Config.ContextLength,
                    sequences.Max(s => s.Prompt.Length + Math.Max(s.Limit - 1, 0)) + MaxRows - 1L),
                Drafter = Drafter,
                Cost = Cost,
                Time = Time,
                MaxRows = MaxRows,
            };
            var retention = Retention is null ? null : Retention with
            {
                LongestPrompt = sequences.Max(sequence => sequence.Prompt.Length),
                SequenceKeys = [.. requests.Select(request => request.Sequence)],
            };
            using var session = Engine.Open(sequences.Length, settings.Capacity, retention);
            new DecodeLoop(session, sequences, meter, settings).Run(cancellation);
            cache = CacheReport.Of(session.Use, Engine.Config.LayerCount, settings.Capacity);
            firstCompressions = [.. sequences.Select((_, sequence) => session.Use?.FirstCompression(sequence))];
        }

        return new GenerationOutcome(
            [.. sequences.Select((sequence, row) => sequence.ToResult(firstCompressions[row]))],
            meter.Report(
                Engine.Description,
                sequences.Length,
                sequences.Sum(sequence => sequence.Prompt.Length),
                deviceBytes: DeviceBytes?.Invoke(),
                cache: cache));
    }
}
