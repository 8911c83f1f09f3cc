using System.Numerics;

namespace LlmEfficiency.Core.Tokenization.Unigram;

/// <summary>Spellings by their bytes, so that all that begin at one place are found in one walk.</summary>
internal sealed class ByteTrie
{
    /// <summary>The node where every walk begins.</summary>
    public const int Root = 0;

    private readonly List<int> _ids = [-1]; // by node
    private ulong[] _keys = new ulong[64];  // node << 8 | byte
    private int[] _children = new int[64];  // 0 where nothing is: the root is nobody's child

    /// <summary>Adds a spelling; of equal spellings the first one counts.</summary>
    public void Add(ReadOnlySpan<byte> spelling, int id)
    {
        var node = Root;
        foreach (var next in spelling)
        {
            if (_ids.Count * 2 > _keys.Length)
            {
                Grow();
            }

            var slot = SlotOf(Key(node, next));
            if (_children[slot] == 0)
            {
                (_keys[slot], _children[slot]) = (Key(node, next), _ids.Count);
                _ids.Add(-1);
            }

            node = _children[slot];
        }

        _ids[node] = _ids[node] < 0 ? id : _ids[node];
    }

    /// <summary>
    /// Goes from a node along one byte; returns the next node, or <see cref="Root"/> if there is none.
    /// </summary>
    public int Next(int node, byte next) => _children[SlotOf(Key(node, next))];

    /// <summary>Returns the id of the spelling that ends at a node, or -1.</summary>
    public int IdAt(int node) => _ids[node];

    /// <summary>Returns the length of the longest spelling that begins a text, or 0.</summary>
    public int LongestPrefix(ReadOnlySpan<byte> text)
    {
        var (longest, node) = (0, Root);
        for (var at = 0; at < text.Length && Next(node, text[at]) is > 0 and var child; at++)
        {
            node = child;
            longest = _ids[node] >= 0 ? at + 1 : longest;
        }

        return longest;
    }

    private static ulong Key(int node, byte next) => ((ulong)(uint)node << 8) | next;

    private int SlotOf(ulong key)
    {
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> (64 - BitOperations.Log2((uint)_keys.Length)));
        while (_children[slot] != 0 && _keys[slot] != key)
        {
            slot = (slot + 1) & (_keys.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        var (keys, children) = (_keys, _children);
        (_keys, _children) = (new ulong[keys.Length * 2], new int[keys.Length * 2]);
        for (var i = 0; i < keys.Length; i++)
        {
            if (children[i] != 0)
            {
                var slot = SlotOf(keys[i]);
                (_keys[slot], _children[slot]) = (keys[i], children[i]);
            }
        }
    }
}
