using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// Decoding, plain or with drafts, that keeps its cache from one request to the next: tokens that begin both are not run again. For
/// chats and for many questions about one text. Requests of one call are answered one after the other.
/// </summary>
public sealed class ConversationGenerator : IGenerator, IDisposable
{
    private readonly IDecodeEngine _engine;
    private readonly ITokenizer _tokenizer;
    private readonly TimeProvider _time;
    private readonly Func<long?>? _deviceBytes;
    private readonly ConversationCache _cache;
    private readonly TransformerConfig _config; // the context ends where the cache does

    /// <summary>Opens a cache for one sequence.</summary>
    /// <param name="engine">The model; its owner disposes it.</param>
    /// <param name="tokenizer">Gives the tokens' bytes.</param>
    /// <param name="capacity">How many tokens prompt and answer may have together; the model's context if null.</param>
    /// <param name="time">The clock of the report; the system's if null.</param>
    /// <param name="deviceBytes">Says how much device memory is in use; null leaves it out of the report.</param>
    /// <param name="retention">
    /// How the cache is kept small; null keeps all tokens. A prompt that goes on from the last answer is run behind what was kept of
    /// it, any other anew.
    /// </param>
    public ConversationGenerator(
        IDecodeEngine engine,
        ITokenizer tokenizer,
        int? capacity = null,
        TimeProvider? time = null,
        Func<long?>? deviceBytes = null,
        RetentionSettings? retention = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        (_engine, _tokenizer, _time, _deviceBytes) = (engine, tokenizer, time ?? TimeProvider.System, deviceBytes);
        var context = Math.Min(capacity ?? int.MaxValue, engine.Config.ContextLength);
        _config = engine.Config with { ContextLength = context };
        _cache = new ConversationCache(engine, context, retention);
    }

    /// <summary>Gets how many prompt tokens are run in one pass; less needs less memory.</summary>
    public int PrefillChunk { get; init => field = DecodeLoopSettings.Positive(value); } = 512;

    /// <summary>Gets what drafts; null for plain decoding. Its owner disposes it.</summary>
    public IDrafter? Drafter { get; init; }

    /// <summary>Gets what decides how much of a draft is worth verifying; null verifies all.</summary>
    public VerifyCost? Cost { get; init; }

    /// <summary>Gets how many tokens a pass runs at most where drafts are made.</summary>
    public int MaxRows { get; init => field = DecodeLoopSettings.Positive(value); } = 64;

    private DecodeLoopSettings Settings => new()
    {
        PrefillChunk = PrefillChunk,
        Vocabulary = _config.VocabularySize,
        Capacity = _config.ContextLength,
        Drafter = Drafter,
        Cost = Cost,
        Time = _time,
        MaxRows = MaxRows,
    };

    /// <inheritdoc/>
    public GenerationOutcome Generate(
        IReadOnlyList<GenerationRequest> requests,
        Action<GeneratedPiece>? onPiece = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfZero(requests.Count, nameof(requests));
        var meter = new GenerationMeter(_time);
        var reused = 0;
        var sequences = new List<SequenceProgress>();
        var results = new List<GenerationResult>();
        for (var row = 0; row < requests.Count; row++)
        {
            var sequence = SequenceProgress.Begin(requests[row], row, _tokenizer, _config, onPiece);
            sequences.Add(sequence);
            if (sequence.Finish is null)
            {
                reused += _cache.KeepPrefix(sequence.Prompt.Span);
                new DecodeLoop(_cache.Session, [sequence], meter, Settings).Run(cancellation);
                _cache.Hold([.. sequence.Prompt.Span, .. sequence.History.Generated]);
            }

            results.Add(sequence.ToResult(sequence.History.Generated.Count > 0 ? _cache.FirstCompression : null));
        }

        return new GenerationOutcome(
            results,
            meter.Report(
                _engine.Description,
                sequences.Count,
                sequences.Sum(sequence => sequence.Prompt.Length),
                reused,
                _deviceBytes?.Invoke(),
                _cache.Report));
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();
}
