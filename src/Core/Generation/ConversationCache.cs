using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.Core.Generation;

/// <summary>The cache of a conversation: one sequence, of which the beginning that two prompts share is kept.</summary>
internal sealed class ConversationCache : IDisposable
{
    private readonly IDecodeEngine _engine;
    private readonly int _context;
    private RetentionSettings? _retention;
    private int[] _held = [];

    public ConversationCache(IDecodeEngine engine, int context, RetentionSettings? retention)
    {
        (_engine, _context) = (engine, context);
        _retention = retention is null ? null : retention with { LongestPrompt = 1 };
        Session = engine.Open(1, context, _retention);
    }

    public IDecodeSession Session { get; private set; }

    /// <summary>Gets how many tokens had come when the sequence was first compressed; null if it never was.</summary>
    public int? FirstCompression => Session.Use?.FirstCompression(0);

    public CacheReport? Report => CacheReport.Of(Session.Use, _engine.Config.LayerCount, _context);

    private int Seen => Session.Use?.Seen(0) ?? Session.Lengths[0];

    /// <summary>Forgets what a prompt does not begin with.</summary>
    /// <returns>How many of the prompt's tokens need not be run. The last one always is, for its logits.</returns>
    public int KeepPrefix(ReadOnlySpan<int> prompt)
    {
        var common = prompt[..^1].CommonPrefixLength(_held);
        if (Session.Use?.Compressions(0) > 0 && common < _held.Length)
        {
            common = 0; // what was kept of the end cannot be told from what was kept of the beginning
        }

        // Until a run succeeds nothing more is known of the cache.
        _held = _held[..common];
        var kept = common == 0 ? 0 : Session.Lengths[0] - (Seen - common);
        Session.Truncate(0, kept);
        if (_retention is null || Fits(kept + prompt.Length - common, _retention))
        {
            return common;
        }

        // The cache has no more slots than budget and prompts needed so far: a longer prompt gets a new one, with room to spare.
        _held = [];
        Session.Dispose();
        _retention = _retention with { LongestPrompt = 2 * prompt.Length };
        Session = _engine.Open(1, _context, _retention);
        return 0;
    }

    /// <summary>Notes what the sequence is now; the last tokens may not have been run.</summary>
    public void Hold(int[] tokens) => _held = tokens[..Math.Min(Seen, tokens.Length)];

    public void Dispose() => Session.Dispose();

    private bool Fits(int slots, RetentionSettings retention) => Enumerable.Range(0, _engine.Config.LayerCount)
        .All(layer => slots <= retention.LayerCapacity(layer, _engine.Config.LayerCount, _context));
}
