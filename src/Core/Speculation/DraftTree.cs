namespace LlmEfficiency.Core.Speculation;

/// <summary>
/// Tokens that may follow the context, as a tree: the target model verifies all of them in one pass. A chain is a tree
/// without siblings. Made once and filled again for each step.
/// </summary>
public sealed class DraftTree
{
    /// <summary>The parent of tokens that follow the context directly.</summary>
    public const int Context = -1;

    /// <summary>What <see cref="Child"/> returns where there is none.</summary>
    public const int None = -2;

    private DraftNode[] _nodes = new DraftNode[16];

    /// <summary>Gets or sets the least probability of a path that may be worth verifying; sources that know probabilities leave out the others.</summary>
    public double LeastProbability { get; set; }

    /// <summary>Gets how many tokens are drafted.</summary>
    public int Count { get; private set; }

    /// <summary>Gets or sets which source the draft is from, for statistics.</summary>
    public string Source { get; set; } = string.Empty;

    /// <summary>Gets the drafted tokens, each behind its parent.</summary>
    public ReadOnlySpan<DraftNode> Nodes => _nodes.AsSpan(0, Count);

    /// <summary>Gets whether each token follows the one before it.</summary>
    public bool IsChain
    {
        get
        {
            for (var node = 0; node < Count; node++)
            {
                if (_nodes[node].Parent != node - 1)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Forgets the draft.</summary>
    public void Clear() => (Count, Source) = (0, string.Empty);

    /// <summary>Adds a token.</summary>
    /// <param name="parent">The index of the token before it, or <see cref="Context"/>.</param>
    /// <param name="token">The token; its siblings are other tokens.</param>
    /// <param name="probability">How likely the source takes the path up to it to be, from 0 to 1.</param>
    /// <returns>Its index.</returns>
    public int Add(int parent, int token, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parent, Context);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parent, Count);
        if (Count == _nodes.Length)
        {
            Array.Resize(ref _nodes, 2 * Count);
        }

        _nodes[Count] = new DraftNode(parent, token, parent == Context ? 1 : _nodes[parent].Depth + 1, probability);
        return Count++;
    }

    /// <summary>Adds tokens that follow each other, directly behind the context.</summary>
    public void AddChain(ReadOnlySpan<int> tokens, double probability = 1)
    {
        var parent = Context;
        foreach (var token in tokens)
        {
            parent = Add(parent, token, probability);
        }
    }

    /// <summary>Removes tokens that cannot be of use.</summary>
    /// <param name="depth">The longest path that may stay.</param>
    /// <param name="vocabulary">The size of the vocabulary; other ids go, with what follows them.</param>
    public void Prune(int depth, int vocabulary)
    {
        Span<int> places = Count <= 512 ? stackalloc int[Count] : new int[Count];
        var kept = 0;
        for (var node = 0; node < Count; node++)
        {
            var (parent, token, level, probability) = _nodes[node];
            var place = parent == Context ? Context : places[parent];
            places[node] = level <= depth && (uint)token < (uint)vocabulary && place != None ? kept : None;
            if (places[node] != None)
            {
                _nodes[kept++] = new DraftNode(place, token, level, probability);
            }
        }

        Count = kept;
    }

    /// <summary>Removes all tokens but the first ones.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    /// <summary>Returns the child of a token, or of the <see cref="Context"/>, that is a given token; <see cref="None"/> if there is none.</summary>
    public int Child(int parent, int token)
    {
        for (var node = parent + 1; node < Count; node++) // children come behind their parents
        {
            if (_nodes[node].Parent == parent && _nodes[node].Token == token)
            {
                return node;
            }
        }

        return None;
    }
}
