using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// Takes the measurements of a <see cref="GenerationReport"/>; every generator uses this one. The time since the last
/// call belongs to the pass that is counted, or to the pass whose tokens are counted.
/// </summary>
/// <param name="time">The clock; it starts now.</param>
public sealed class GenerationMeter(TimeProvider time)
{
    private readonly long _start = Begin(time);
    private long _lap = time.GetTimestamp();
    private bool _isDecoding;
    private TimeSpan? _firstToken;
    private TimeSpan _prefill;
    private TimeSpan _decode;
    private TimeSpan _drafting;
    private int _prefillPasses;
    private int _decodePasses;
    private long _decodeRows;
    private long _prefillTokens;
    private long _decodeTokens;
    private readonly Dictionary<string, SourceStatistics> _sources = [];

    /// <summary>Counts a forward pass over prompts, after its logits have arrived.</summary>
    public void PrefillPass()
    {
        _isDecoding = false;
        _prefillPasses++;
        Lap();
    }

    /// <summary>Counts a forward pass that decodes, after its logits have arrived.</summary>
    /// <param name="rows">How many sequences it ran.</param>
    public void DecodePass(int rows)
    {
        _isDecoding = true;
        _decodePasses++;
        _decodeRows += rows;
        Lap();
    }

    /// <summary>Counts tokens that one sequence gained from the last pass.</summary>
    /// <param name="count">1 for plain decoding.</param>
    public void Tokens(int count)
    {
        Lap();
        _firstToken ??= time.GetElapsedTime(_start, _lap);
        _prefillTokens += _isDecoding ? 0 : count;
        _decodeTokens += _isDecoding ? count : 0;
    }

    /// <summary>Counts what became of a draft.</summary>
    /// <param name="source">Where it was from.</param>
    /// <param name="drafted">How many tokens it had.</param>
    /// <param name="accepted">How many of them the model accepted.</param>
    public void Draft(string source, int drafted, int accepted)
    {
        var sum = _sources.GetValueOrDefault(source) ?? new SourceStatistics(source, 0, 0, 0);
        _sources[source] = new SourceStatistics(
            source, sum.Drafts + 1, sum.DraftedTokens + drafted, sum.AcceptedTokens + accepted);
    }

    /// <summary>Counts time that drafts took, which is part of the time of decoding.</summary>
    /// <param name="start">The clock's timestamp when it began; it ends now.</param>
    public void Drafting(long start)
    {
        _isDecoding = true;
        Lap();
        _drafting += time.GetElapsedTime(start, _lap);
    }

    /// <summary>Makes the report.</summary>
    /// <param name="engine">The engine's description.</param>
    /// <param name="sequences">How many sequences there were.</param>
    /// <param name="promptTokens">The prompts' tokens, added up.</param>
    /// <param name="reusedTokens">How many of these were not run.</param>
    /// <param name="deviceBytes">Device memory in use.</param>
    /// <param name="cache">What the cache took.</param>
    public GenerationReport Report(
        string engine, int sequences, int promptTokens, int reusedTokens = 0, long? deviceBytes = null, CacheReport? cache = null)
    {
        return new GenerationReport
        {
            Engine = engine,
            Sequences = sequences,
            PromptTokens = promptTokens,
            ReusedTokens = reusedTokens,
            GeneratedTokens = _prefillTokens + _decodeTokens,
            DecodedTokens = _decodeTokens,
            TimeToFirstToken = _firstToken?.TotalSeconds ?? 0,
            PrefillTime = _prefill.TotalSeconds,
            DecodeTime = _decode.TotalSeconds,
            DraftTime = _drafting.TotalSeconds,
            ForwardPasses = _prefillPasses + _decodePasses,
            PrefillPasses = _prefillPasses,
            MeanTokensPerPass = _decodeRows == 0 ? 0 : (double)_decodeTokens / _decodeRows,
            Drafts = _sources.Count > 0 ? [.. _sources.Values.OrderBy(source => source.Source, StringComparer.Ordinal)] : null,
            PeakResidentBytes = HostMemory.Peak,
            Cache = cache,
            DeviceBytes = deviceBytes,
        };
    }

    private static long Begin(TimeProvider time)
    {
        HostMemory.TryResetPeak(); // so that one method's peak is not the next one's
        return time.GetTimestamp();
    }

    private void Lap()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_lap, now);
        _prefill += _isDecoding ? TimeSpan.Zero : elapsed;
        _decode += _isDecoding ? elapsed : TimeSpan.Zero;
        _lap = now;
    }
}
