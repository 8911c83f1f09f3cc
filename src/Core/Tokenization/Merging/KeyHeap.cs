namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>A binary heap of plain numbers, the smallest on top.</summary>
internal sealed class KeyHeap(int capacity)
{
    private ulong[] _keys = new ulong[Math.Max(capacity, 4)];

    /// <summary>Gets the number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a key.</summary>
    public void Push(ulong key)
    {
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, Count * 2);
        }

        var at = Count++;
        while (at > 0 && _keys[(at - 1) / 2] > key)
        {
            _keys[at] = _keys[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _keys[at] = key;
    }

    /// <summary>Takes the smallest key away.</summary>
    public ulong Pop()
    {
        var (top, last) = (_keys[0], _keys[--Count]);
        var at = 0;
        for (var child = 1; child < Count; child = (at * 2) + 1)
        {
            child += child + 1 < Count && _keys[child + 1] < _keys[child] ? 1 : 0;
            if (_keys[child] >= last)
            {
                break;
            }

            _keys[at] = _keys[child];
            at = child;
        }

        _keys[at] = last;
        return top;
    }
}
