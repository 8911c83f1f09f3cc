namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>The spellings of all tokens as bytes, and the way back from a spelling to its id.</summary>
internal sealed class TokenTable
{
    private readonly byte[] _bytes;
    private readonly int[] _starts; // [count + 1]
    private readonly int[] _slots;  // id + 1, or 0 where nothing is; linear probing

    /// <summary>Takes over spellings in the order of their ids.</summary>
    /// <param name="spellings">An empty spelling is a hole: an id that no text gives.</param>
    /// <param name="isFindable">Whether text may give the id. Of equal spellings the first findable one counts.</param>
    public TokenTable(IReadOnlyList<byte[]> spellings, Func<int, bool> isFindable)
    {
        _starts = new int[spellings.Count + 1];
        for (var id = 0; id < spellings.Count; id++)
        {
            _starts[id + 1] = checked(_starts[id] + spellings[id].Length);
            LongestFindable = isFindable(id) ? Math.Max(LongestFindable, spellings[id].Length) : LongestFindable;
        }

        _bytes = new byte[_starts[^1]];
        _slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(spellings.Count * 2) + 16)];
        for (var id = 0; id < spellings.Count; id++)
        {
            spellings[id].CopyTo(_bytes, _starts[id]);
            if (spellings[id].Length > 0 && isFindable(id))
            {
                var slot = SlotOf(spellings[id]);
                _slots[slot] = _slots[slot] == 0 ? id + 1 : _slots[slot];
            }
        }
    }

    /// <summary>Gets the number of ids.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>Gets the length in bytes of the longest spelling that can be found.</summary>
    public int LongestFindable { get; }

    /// <summary>Gets the spelling of a token.</summary>
    public ReadOnlySpan<byte> this[int id] => _bytes.AsSpan(_starts[id], _starts[id + 1] - _starts[id]);

    /// <summary>Returns the id of a spelling, or -1.</summary>
    public int Find(ReadOnlySpan<byte> spelling) =>
        spelling.IsEmpty || spelling.Length > LongestFindable ? -1 : _slots[SlotOf(spelling)] - 1;

    private int SlotOf(ReadOnlySpan<byte> spelling)
    {
        // Seeded anew in each process: no file can be made whose spellings all fall into one slot.
        var hash = new HashCode();
        hash.AddBytes(spelling);
        var slot = hash.ToHashCode() & (_slots.Length - 1);
        while (_slots[slot] != 0 && !this[_slots[slot] - 1].SequenceEqual(spelling))
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return slot;
    }
}
