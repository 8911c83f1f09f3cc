namespace LlmEfficiency.Core.Data;

/// <summary>Many token ids, in two bytes each where the vocabulary allows it, else in four.</summary>
/// <param name="vocabularySize">The number of ids.</param>
internal sealed class IdBuffer(int vocabularySize)
{
    private readonly ChunkedBuffer<ushort>? _narrow = vocabularySize <= 1 << 16 ? new() : null;
    private readonly ChunkedBuffer<int>? _wide = vocabularySize <= 1 << 16 ? null : new();

    /// <summary>Gets the number of ids.</summary>
    public long Length => _narrow?.Length ?? _wide!.Length;

    /// <summary>Puts ids behind the others.</summary>
    public void AddRange(ReadOnlySpan<int> ids)
    {
        _wide?.AddRange(ids);
        foreach (var id in _narrow is null ? [] : ids)
        {
            _narrow!.Add(checked((ushort)id));
        }
    }

    /// <summary>Copies ids that begin at an index.</summary>
    public void CopyTo(long start, Span<int> target)
    {
        if (_wide is not null)
        {
            _wide.CopyTo(start, target);
            return;
        }

        var narrow = new ushort[target.Length];
        _narrow!.CopyTo(start, narrow);
        for (var i = 0; i < narrow.Length; i++)
        {
            target[i] = narrow[i];
        }
    }
}
