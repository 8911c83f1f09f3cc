namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>Which two neighbouring tokens become one, and which such pair goes first.</summary>
internal sealed class PairTable
{
    /// <summary>What <see cref="Find"/> returns for tokens that stay apart; behind every real value.</summary>
    public const long None = long.MaxValue;

    private ulong[] _keys;
    private long[] _values; // rank << 32 | merged id, or None where nothing is
    private int _count;

    /// <summary>Makes an empty table.</summary>
    /// <param name="expected">About how many pairs will be added.</param>
    public PairTable(int expected)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(expected * 2) + 16);
        (_keys, _values) = (new ulong[size], new long[size]);
        Array.Fill(_values, None);
    }

    /// <summary>Adds a pair, or changes one.</summary>
    /// <param name="left">The token before.</param>
    /// <param name="right">The token after.</param>
    /// <param name="rank">Lower goes first; equal ranks go from left to right.</param>
    /// <param name="merged">The token that takes their place.</param>
    public void Add(int left, int right, int rank, int merged)
    {
        if (_count * 2 > _keys.Length)
        {
            Grow();
        }

        var slot = SlotOf(Key(left, right));
        _count += _values[slot] == None ? 1 : 0;
        (_keys[slot], _values[slot]) = (Key(left, right), ((long)rank << 32) | (uint)merged);
    }

    /// <summary>Returns rank (upper half) and merged id (lower half) of a pair, or <see cref="None"/>.</summary>
    public long Find(int left, int right) => _values[SlotOf(Key(left, right))];

    /// <summary>Returns all pairs by rank; those of equal rank in the order of their ids.</summary>
    public IReadOnlyList<PairMerge> InOrder() =>
    [
        .. Enumerable.Range(0, _keys.Length).Where(slot => _values[slot] != None)
            .Select(slot => new PairMerge(
                (int)(_keys[slot] >> 32), (int)_keys[slot], (int)(_values[slot] >> 32), (int)_values[slot]))
            .OrderBy(pair => pair.Rank).ThenBy(pair => pair.Left).ThenBy(pair => pair.Right),
    ];

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int SlotOf(ulong key)
    {
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> 32) & (_keys.Length - 1);
        while (_values[slot] != None && _keys[slot] != key)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        var (keys, values) = (_keys, _values);
        (_keys, _values) = (new ulong[keys.Length * 2], new long[keys.Length * 2]);
        Array.Fill(_values, None);
        for (var i = 0; i < keys.Length; i++)
        {
            if (values[i] != None)
            {
                var slot = SlotOf(keys[i]);
                (_keys[slot], _values[slot]) = (keys[i], values[i]);
            }
        }
    }
}
