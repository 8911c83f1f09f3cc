using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace LlmEfficiency.Core.Tokenization.Merging;

/// <summary>Which two neighbouring tokens become one, and which such pair goes first.</summary>
internal sealed class PairTable
{
    /// <summary>What <see cref="Find"/> returns for tokens that stay apart; behind every real value.</summary>
    public const long None = long.MaxValue;

    // Odd and another in each process: no file can be made whose pairs all fall into one slot.
    private static readonly ulong Multiplier =
        BitConverter.ToUInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private ulong[] _keys;
    private long[] _values; // rank << 32 | merged id, or None where nothing is
    private int _shift; // 64 less the logarithm of the number of slots
    private int _count;

    /// <summary>Makes an empty table.</summary>
    /// <param name="expected">About how many pairs will be added.</param>
    public PairTable(int expected)
    {
        Clear((int)BitOperations.RoundUpToPowerOf2((uint)(expected * 2) + 16));
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
        // the highest bits of the product, which depend on all bits of the key
        var slot = (int)((key * Multiplier) >> _shift);
        while (_values[slot] != None && _keys[slot] != key)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        return slot;
    }

    [MemberNotNull(nameof(_keys), nameof(_values))]
    private void Clear(int size)
    {
        (_keys, _values, _shift) = (new ulong[size], new long[size], 64 - BitOperations.Log2((uint)size));
        Array.Fill(_values, None);
    }

    private void Grow()
    {
        var (keys, values) = (_keys, _values);
        Clear(keys.Length * 2);
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
