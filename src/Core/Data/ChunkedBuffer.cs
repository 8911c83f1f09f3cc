namespace LlmEfficiency.Core.Data;

/// <summary>A list that grows without copying what it holds, beyond the length of an array.</summary>
internal sealed class ChunkedBuffer<T>
    where T : unmanaged
{
    private const int ChunkLength = 1 << 16;

    private readonly List<T[]> _chunks = [];

    /// <summary>Gets the number of items.</summary>
    public long Length { get; private set; }

    /// <summary>Puts an item behind the others.</summary>
    public void Add(T item)
    {
        var at = (int)(Length % ChunkLength);
        if (at == 0)
        {
            _chunks.Add(new T[ChunkLength]);
        }

        _chunks[^1][at] = item;
        Length++;
    }

    /// <summary>Puts items behind the others.</summary>
    public void AddRange(ReadOnlySpan<T> items)
    {
        foreach (var item in items)
        {
            Add(item);
        }
    }

    /// <summary>Returns an item.</summary>
    public T this[long index] => _chunks[(int)(index / ChunkLength)][index % ChunkLength];

    /// <summary>Copies items that begin at an index.</summary>
    public void CopyTo(long start, Span<T> target)
    {
        while (!target.IsEmpty)
        {
            var chunk = _chunks[(int)(start / ChunkLength)].AsSpan((int)(start % ChunkLength));
            var length = Math.Min(chunk.Length, target.Length);
            chunk[..length].CopyTo(target);
            start += length;
            target = target[length..];
        }
    }
}
