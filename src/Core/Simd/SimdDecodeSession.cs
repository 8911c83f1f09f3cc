using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Simd;

/// <summary>Sequences that are decoded by the kernels.</summary>
internal sealed unsafe class SimdDecodeSession : IDecodeSession
{
    private const int MostTokens = 128;         // that go through the layers at once, unless a tree has more

    private readonly SimdDecodeEngine _engine;
    private readonly SimdCache _cache;
    private readonly SimdPass _pass;
    private readonly PassTokens _tokens;
    private readonly List<int> _starts = [];
    private float[] _logits = [];
    private float[] _features = [];
    private LogitBlock _block;

    /// <summary>Opens a session over a cache, which it owns.</summary>
    public SimdDecodeSession(SimdDecodeEngine engine, SimdCache cache)
    {
        (_engine, _cache) = (engine, cache);
        _pass = engine.NewPass(cache);
        _tokens = new PassTokens(cache, engine.Config.SlidingWindow);
        _block = new LogitBlock(default, engine.Config.VocabularySize);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => _cache.Lengths;

    private TransformerConfig Config => _engine.Config;

    /// <inheritdoc/>
    public LogitBlock Forward(IReadOnlyList<DecodeRow> rows)
    {
        RowRules.Check(rows, _cache, Config.VocabularySize, isPlain: false, _engine.PriorWidth);
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
                _cache.Truncate(rows[row].Sequence, _starts[row]);
            }
        }

        return _block;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Features(int token) => _features.AsSpan(token * Config.HiddenSize, Config.HiddenSize);

    /// <inheritdoc/>
    public void Retain(int sequence, ReadOnlySpan<int> slots) => _cache.Retain(sequence, slots);

    /// <inheritdoc/>
    public void Truncate(int sequence, int length) => _cache.Truncate(sequence, length);

    /// <inheritdoc/>
    public void Copy(int source, int target) => _cache.Copy(source, target);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _pass.Dispose();
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
