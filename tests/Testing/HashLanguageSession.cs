using System.Runtime.InteropServices;
using LlmEfficiency.Core.Decoding;

namespace LlmEfficiency.Testing;

/// <summary>The cache of a <see cref="HashLanguageModel"/>: tokens with their positions.</summary>
internal sealed class HashLanguageSession : IDecodeSession
{
    private readonly HashLanguageModel _model;
    private readonly List<(int Token, int Position)>[] _slots;
    private readonly int _capacity;
    private readonly Action _closed;
    private float[] _lastLogits = [];
    private bool _isDisposed;

    public HashLanguageSession(HashLanguageModel model, int sequences, int capacity, Action closed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, model.Config.ContextLength);
        (_model, _capacity, _closed) = (model, capacity, closed);
        _slots = [.. Enumerable.Range(0, sequences).Select(_ => new List<(int, int)>())];
    }

    public IReadOnlyList<int> Lengths => [.. _slots.Select(slots => slots.Count)];

    public LogitBlock Forward(IReadOnlyList<DecodeRow> rows)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Check(rows);
        _lastLogits.AsSpan().Fill(float.NaN);       // a block is valid until the next call: make a later look fail
        var vocabulary = _model.Config.VocabularySize;
        _lastLogits = new float[rows.Sum(Asked) * vocabulary];
        var next = 0;
        foreach (var row in rows)
        {
            next += Run(row, _lastLogits.AsSpan(next));
        }

        _model.Count(rows.Sum(row => row.Tokens.Length));
        return new LogitBlock(_lastLogits, vocabulary);
    }

    public void Retain(int sequence, ReadOnlySpan<int> slots)
    {
        var kept = new List<(int, int)>();
        for (var index = 0; index < slots.Length; index++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(slots[index], index == 0 ? -1 : slots[index - 1], nameof(slots));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slots[index], _slots[sequence].Count, nameof(slots));
            kept.Add(_slots[sequence][slots[index]]);
        }

        _slots[sequence] = kept;
    }

    public void Truncate(int sequence, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _slots[sequence].Count);
        CollectionsMarshal.SetCount(_slots[sequence], length);
    }

    public void Copy(int source, int target) => _slots[target] = [.. _slots[source]];

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _closed();
        }
    }

    private static int Asked(DecodeRow row) => row.Logits switch
    {
        LogitSelection.All => row.Tokens.Length,
        LogitSelection.Last => 1,
        _ => 0,
    };

    private void Check(IReadOnlyList<DecodeRow> rows)
    {
        if (rows.Count == 0 || rows.DistinctBy(row => row.Sequence).Count() != rows.Count)
        {
            throw new ArgumentException("a pass runs at least one row, and one row a sequence", nameof(rows));
        }

        foreach (var row in rows)
        {
            var count = row.Tokens.Length;
            var tokensFit = count > 0 && row.Tokens.ToArray().All(id => id >= 0 && id < _model.Config.VocabularySize);
            var positionsFit = row.Positions.Length == 0
                || (row.Positions.Length == count && row.Positions.ToArray().All(at => at >= 0 && at < _model.Config.ContextLength));
            var maskFits = row.Ancestors is null || row.Ancestors.Count == count;
            if (!tokensFit || !positionsFit || !maskFits || _slots[row.Sequence].Count + count > _capacity)
            {
                throw new ArgumentException($"the row of sequence {row.Sequence} does not fit", nameof(rows));
            }
        }
    }

    private int Run(DecodeRow row, Span<float> logits)
    {
        var slots = _slots[row.Sequence];
        var cached = slots.Count;
        var start = cached == 0 ? 0 : slots[^1].Position + 1;
        var tokens = row.Tokens.Span;
        var positions = row.Positions.Span;
        for (var index = 0; index < tokens.Length; index++)
        {
            slots.Add((tokens[index], positions.IsEmpty ? start + index : positions[index]));
        }

        var written = 0;
        for (var index = tokens.Length - Asked(row); index < tokens.Length; index++)
        {
            var query = index;
            var seen = slots.Where((_, slot) => slot < cached || Sees(row.Ancestors, query, slot - cached));
            _model.Logits(slots[cached + index].Position, seen, logits.Slice(written, _model.Config.VocabularySize));
            written += _model.Config.VocabularySize;
        }

        return written;
    }

    private static bool Sees(AncestorMask? mask, int query, int key) => mask is null ? key <= query : mask[query, key];
}
