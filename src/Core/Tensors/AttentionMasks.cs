using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tensors;

/// <summary>Boolean masks that say which keys a query sees.</summary>
public static class AttentionMasks
{
    /// <summary>Each query sees the keys up to its own place.</summary>
    /// <param name="queries">The number of queries, the last tokens of the sequence.</param>
    /// <param name="keys">The number of keys; those beyond <paramref name="queries"/> came before.</param>
    /// <param name="device">Where the mask lies.</param>
    /// <returns>A mask, <c>[1, 1, queries, keys]</c>.</returns>
    public static Tensor Causal(long queries, long keys, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, queries);
        using var scope = NewDisposeScope();
        var all = ones([1, 1, queries, keys], dtype: ScalarType.Bool, device: device);
        return all.tril(keys - queries).MoveToOuterDisposeScope();
    }

    /// <summary>Each query sees the keys of a window that ends at its own position.</summary>
    /// <param name="positions">The positions of the tokens, <c>[batch, seq]</c>.</param>
    /// <param name="window">A key is seen if it lies fewer than this many positions back.</param>
    /// <returns>A mask, <c>[batch, 1, seq, seq]</c>, causal by place in the sequence.</returns>
    public static Tensor CausalWindow(Tensor positions, int window)
    {
        using var scope = NewDisposeScope();
        var seq = positions.shape[1];
        var oldest = positions.sub(window).unsqueeze(2);                            // [batch, seq, 1]
        var near = positions.unsqueeze(1).gt(oldest).unsqueeze(1);                  // [batch, 1, seq, seq]
        return near.logical_and(Causal(seq, seq, positions.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Each query sees the keys of its own document up to its own place: several documents lie in one row.</summary>
    /// <param name="documents">The number of each token's document, <c>[seq]</c>; a document's tokens are neighbours.</param>
    /// <param name="window">A key is seen if it lies fewer than this many places back; null means any.</param>
    /// <returns>A mask, <c>[1, 1, seq, seq]</c>.</returns>
    public static Tensor Documents(Tensor documents, int? window = null)
    {
        using var scope = NewDisposeScope();
        var seq = documents.shape[0];
        var isOwn = documents.unsqueeze(0).eq(documents.unsqueeze(1));                  // [seq, seq]
        var mask = isOwn.logical_and(Causal(seq, seq, documents.device));               // [1, 1, seq, seq]
        return (window is { } reach ? mask.triu(1 - reach) : mask).MoveToOuterDisposeScope();
    }

    /// <summary>Each query sees the keys that are no padding.</summary>
    /// <param name="lengths">How many keys of each sequence are real, counted from the left.</param>
    /// <param name="keys">The number of keys, padding included.</param>
    /// <param name="device">Where the mask lies.</param>
    /// <returns>A mask, <c>[batch, 1, 1, keys]</c>.</returns>
    public static Tensor Padding(ReadOnlySpan<int> lengths, int keys, Device device)
    {
        var cells = new bool[lengths.Length * keys];
        for (var row = 0; row < lengths.Length; row++)
        {
            cells.AsSpan(row * keys, lengths[row]).Fill(true);
        }

        return tensor(cells, [lengths.Length, 1, 1, keys], device: device);
    }

    /// <summary>Each query sees the keys that a relation names: a tree of drafts, or any other.</summary>
    /// <param name="queries">The number of queries.</param>
    /// <param name="keys">The number of keys.</param>
    /// <param name="sees">Whether a query, given first, sees a key.</param>
    /// <param name="device">Where the mask lies.</param>
    /// <returns>A mask, <c>[1, 1, queries, keys]</c>.</returns>
    public static Tensor FromRelation(int queries, int keys, Func<int, int, bool> sees, Device device)
    {
        var cells = new bool[queries * keys];
        for (var query = 0; query < queries; query++)
        {
            for (var key = 0; key < keys; key++)
            {
                cells[(query * keys) + key] = sees(query, key);
            }
        }

        return tensor(cells, [1, 1, queries, keys], device: device);
    }
}
