using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.Core.Simd;

/// <summary>Sequences that are decoded by the kernels.</summary>
internal sealed unsafe class SimdDecodeSession : IDecodeSession, ICountedCache
{
    private const int MostTokens = 192;         // that go through the layers at once, unless a tree has more

    private readonly SimdDecodeEngine _engine;
    private readonly SimdCache _cache;
    private readonly SimdCompressor? _compressor;
    private readonly SimdPass _pass;
    private readonly PassTokens _tokens;
    private readonly List<int> _starts = [];
    private float[] _logits = [];
    private float[] _features = [];
    private LogitBlock _block;

    /// <summary>Opens a session over a cache, which it owns.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="retention">How it is kept small, checked; null keeps all tokens.</param>
    public SimdDecodeSession(SimdDecodeEngine engine, SimdCache cache, RetentionSettings? retention)
    {
        (_engine, _cache) = (engine, cache);
        _compressor = retention is null ? null : new SimdCompressor(retention, cache, engine.Config);
        Use = new CacheUse(this);
        _pass = engine.NewPass(cache, _compressor);
        _tokens = new PassTokens(cache, engine.Config.SlidingWindow);
        _block = new LogitBlock(default, engine.Config.VocabularySize);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => _cache.Lengths;

    /// <inheritdoc/>
    public CacheUse Use { get; }

    CacheShape ICountedCache.Shape => _cache.Shape;

    RetentionSettings? ICountedCache.Retention => _compressor?.Settings;

    long ICountedCache.AllocatedBytes => _cache.Bytes + (_compressor?.Bytes ?? 0);

    long ICountedCache.BytesPerToken => _engine.CacheBytesPerToken;

    private TransformerConfig Config => _engine.Config;

    /// <inheritdoc/>
    public LogitBlock Forward(IReadOnlyList<DecodeRow> rows)
    {
        RowRules.Check(rows, _cache, Config.VocabularySize, isPlain: _compressor is not null, _engine.PriorWidth);
        var (wanted, featured) = (0, 0);
        _starts.Clear();
        for (var row = 0; row < rows.Count; row++)
        {
            wanted = checked(wanted + PendingRow.LogitCount(rows[row]));
            featured = checked(featured + PendingRow.FeatureCount(rows[row]));
            _starts.Add(Lengths[rows[row].Sequence]);
        }

        MakeRoom(checked(wanted * _pass.LogitStep), wanted);
        MakeRoom(ref _features, checked(featured * Config.HiddenSize));
        var isDone = false;
        try
        {
            Run(rows);
            isDone = true;
        }
        finally
        {
            for (var row = 0; !isDone && row < rows.Count; row++)
            {
                Truncate(rows[row].Sequence, _starts[row]);
            }
        }

        Count(rows);
        return _block;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Features(int token) => _features.AsSpan(token * Config.HiddenSize, Config.HiddenSize);

    /// <inheritdoc/>
    public void Retain(int sequence, ReadOnlySpan<int> slots)
    {
        if (_compressor is not null)
        {
            throw new InvalidOperationException("a session with retention chooses itself what it keeps");
        }

        _cache.Retain(sequence, slots);
    }

    /// <inheritdoc/>
    public void Truncate(int sequence, int length)
    {
        _cache.Truncate(sequence, length);
        _compressor?.Truncate(sequence);
        Use.Truncate(sequence);
    }

    /// <inheritdoc/>
    public void Copy(int source, int target)
    {
        _cache.Copy(source, target);
        if (source != target)
        {
            _compressor?.Copy(source, target);
            Use.Copy(source, target);
        }
    }

    int ICountedCache.Filled(int layer, int sequence) => _cache.Filled(layer, sequence);

    int ICountedCache.Seen(int sequence) => _cache.NextPosition(sequence);

    int[][] ICountedCache.Positions(int layer, int sequence) => _compressor is null
        ? [.. Enumerable.Range(0, Config.KeyValueHeadCount).Select(_ => _cache.Positions(sequence).ToArray())]
        : _compressor.Positions(layer, sequence);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _pass.Dispose();
        _compressor?.Dispose();
        _cache.Dispose();
    }

    private void Run(IReadOnlyList<DecodeRow> rows)
    {
        var logits = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_logits));    // pinned
        var features = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_features));
        _tokens.Clear();
        for (var row = 0; row < rows.Count; row++)
        {
            for (var done = 0; done < rows[row].Tokens.Length;)
            {
                var left = rows[row].Tokens.Length - done;
                var count = rows[row].Ancestors is null ? Math.Min(left, MostTokens - _tokens.Count) : left;
                _tokens.Add(rows[row], _starts[row], done, count);
                done += count;
                if (_tokens.Count >= MostTokens || (row == rows.Count - 1 && done == rows[row].Tokens.Length))
                {
                    lock (_engine.Team)
                    {
                        _pass.Run(_tokens, logits, features);
                    }

                    logits += (long)_tokens.Wanted.Count * _pass.LogitStep;
                    features += (long)_tokens.Featured.Count * Config.HiddenSize;
                    _tokens.Clear();
                }
            }
        }
    }

    private void Count(IReadOnlyList<DecodeRow> rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            Use.Count(rows[row].Sequence, rows[row].Logits != LogitSelection.None);
        }

        if (_compressor is null)
        {
            return;
        }

        foreach (var sequence in _compressor.Compress(rows.Select(row => (row.Sequence, row.Tokens.Length, row.Logits == LogitSelection.None))))
        {
            Use.CountCompression(sequence);
        }
    }

    private static void MakeRoom(ref float[] values, int needed)
    {
        if (values.Length < needed)
        {
            values = GC.AllocateUninitializedArray<float>(needed, pinned: true);
        }
    }

    private void MakeRoom(int singles, int rows)
    {
        MakeRoom(ref _logits, singles);
        if (_block.Rows != rows || !_block.Lies(_logits))
        {
            _block = new LogitBlock(_logits.AsMemory(0, singles), Config.VocabularySize, _pass.LogitStep);
        }
    }
}
