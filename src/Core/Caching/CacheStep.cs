using static TorchSharp.torch;

namespace LlmEfficiency.Core.Caching;

/// <summary>One forward pass's view of a cache: where new keys and values go and what the new tokens see.</summary>
/// <remarks>Owns its masks; dispose it after the pass.</remarks>
public sealed class CacheStep : IDisposable
{
    private readonly GroupStep[] _groups;
    private readonly IReadOnlyList<CacheRow> _rows;

    internal CacheStep(IReadOnlyList<LayerGroup> groups, IReadOnlyList<CacheRow> rows, int? window, bool isRowwise)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));
        _rows = rows;
        Width = rows.Max(row => row.Positions.Length);
        for (var row = 1; row < rows.Count; row++)
        {
            if (rows[row - 1].Sequence >= rows[row].Sequence)
            {
                throw new ArgumentException("rows are ordered by sequence, each sequence once", nameof(rows));
            }
        }

        _groups = [.. groups.Select(group => new GroupStep(group, rows, Width, window, isRowwise))];
    }

    /// <summary>Gets how many tokens the longest row has; shorter rows are padded on the right.</summary>
    public int Width { get; }

    /// <summary>Gets the new tokens.</summary>
    public IReadOnlyList<CacheRow> Rows => _rows;

    /// <summary>Returns the parts that one layer's attention works on, one after the other; none if it works on each token by itself.</summary>
    public IReadOnlyList<CacheRun> Runs(int layer) => Group(layer).Runs;

    /// <summary>Stores the new keys and values of one layer; padding is left out.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="keys">Rotated keys, <c>[rows, width, kvHeads, headDim]</c>.</param>
    /// <param name="values">Values, <c>[rows, width, kvHeads, headDim]</c>.</param>
    public void Write(int layer, Tensor keys, Tensor values) => Group(layer).Write(layer, keys, values);

    /// <summary>Returns the keys and values that one run attends to, the new ones included.</summary>
    /// <returns>Views, <c>[rows, kvHeads, total, headDim]</c>.</returns>
    public (Tensor Keys, Tensor Values) Read(int layer, CacheRun run) =>
        Group(layer).Layers.View(layer, run.FirstSequence, run.Rows, run.Total);

    /// <summary>Returns all that one layer holds of a row's sequence.</summary>
    /// <returns>Views, <c>[1, kvHeads, capacity, headDim]</c>.</returns>
    public (Tensor Keys, Tensor Values) ReadAll(int layer, int row) => Group(layer).ReadAll(layer, row);

    /// <summary>Returns the slots that one token sees, ascending; none for padding.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="row">The row of the token.</param>
    /// <param name="token">The token's index in its row, below <see cref="Width"/>.</param>
    public ReadOnlySpan<int> Slots(int layer, int row, int token) => Group(layer).Slots(row, token);

    /// <summary>Makes the new tokens part of their sequences, once every layer was written.</summary>
    public void Commit()
    {
        foreach (var group in _groups)
        {
            foreach (var row in _rows)
            {
                group.Layers.Extend(row.Sequence, row.Positions.Span);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var group in _groups)
        {
            group.Dispose();
        }
    }

    private GroupStep Group(int layer) => _groups.Length == 1 ? _groups[0] : Array.Find(_groups, group => group.Layers.Has(layer))!;
}
