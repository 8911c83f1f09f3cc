namespace LlmEfficiency.Core.Decoding;

/// <summary>Which of a row's tokens each token of the row sees: a tree of drafts, or any other relation.</summary>
public sealed class AncestorMask
{
    private readonly bool[] _sees;

    private AncestorMask(int count, bool[] sees) => (Count, _sees) = (count, sees);

    /// <summary>Gets the number of tokens.</summary>
    public int Count { get; }

    /// <summary>Gets whether token <paramref name="query"/> sees token <paramref name="key"/>.</summary>
    public bool this[int query, int key] => _sees[(query * Count) + key];

    /// <summary>Makes the mask of a forest: each token sees itself and its ancestors.</summary>
    /// <param name="parents">The index of each token's parent, which comes before it, or -1 for a root.</param>
    public static AncestorMask FromParents(ReadOnlySpan<int> parents)
    {
        var count = parents.Length;
        var sees = new bool[count * count];
        for (var node = 0; node < count; node++)
        {
            var parent = parents[node];
            ArgumentOutOfRangeException.ThrowIfLessThan(parent, -1, nameof(parents));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(parent, node, nameof(parents));
            if (parent >= 0)
            {
                sees.AsSpan(parent * count, count).CopyTo(sees.AsSpan(node * count, count));
            }

            sees[(node * count) + node] = true;
        }

        return new AncestorMask(count, sees);
    }

    /// <summary>Makes a mask from a relation.</summary>
    /// <param name="count">The number of tokens.</param>
    /// <param name="sees">Whether the first token sees the second; every token must see itself.</param>
    public static AncestorMask FromRelation(int count, Func<int, int, bool> sees)
    {
        var cells = new bool[count * count];
        for (var query = 0; query < count; query++)
        {
            for (var key = 0; key < count; key++)
            {
                cells[(query * count) + key] = sees(query, key);
            }

            if (!cells[(query * count) + query])
            {
                throw new ArgumentException($"token {query} does not see itself", nameof(sees));
            }
        }

        return new AncestorMask(count, cells);
    }
}
