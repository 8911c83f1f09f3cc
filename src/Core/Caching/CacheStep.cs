using static TorchSharp.torch;

namespace LlmEfficiency.Core.Caching;

/// <summary>One forward pass's view of a cache: where new keys and values go and what the new tokens see.</summary>
/// <remarks>Owns its masks; dispose it after the pass.</remarks>
public sealed class CacheStep : IDisposable
{
    private readonly PreallocatedCache _cache;
    private readonly IReadOnlyList<CacheRow> _rows;
    private readonly int[] _starts;
    private readonly Tensor[] _scatter;     // none if the rows form a block, else places in the cache and places in the rows

    private readonly int[][] _slots;        // of each token, row by row; none if attention works on runs

    internal CacheStep(PreallocatedCache cache, IReadOnlyList<CacheRow> rows, int? window, bool isRowwise)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));
        (_cache, _rows) = (cache, rows);
        _starts = [.. rows.Select(row => cache.Lengths[row.Sequence])];
        Width = rows.Max(row => row.Positions.Length);
        for (var row = 0; row < rows.Count; row++)
        {
            var (sequence, count) = (rows[row].Sequence, rows[row].Positions.Length);
            if (row > 0 && rows[row - 1].Sequence >= sequence)
            {
                throw new ArgumentException("rows are ordered by sequence, each sequence once", nameof(rows));
            }

            if (count == 0 || _starts[row] + count > cache.Shape.Capacity)
            {
                throw new ArgumentException(
                    $"sequence {sequence} cannot take {count} tokens: {_starts[row]} of {cache.Shape.Capacity} slots are full",
                    nameof(rows));
            }
        }

        using var scope = NewDisposeScope();
        var masks = new StepMasks(cache, rows, Width, window);
        Runs = isRowwise ? [] : [.. FindRuns().Select(run => MakeRun(run.First, run.Count, masks))];
        _slots = isRowwise ? [.. Enumerable.Range(0, rows.Count).SelectMany(masks.Slots)] : [];
        _scatter = IsBlock() ? [] : FindPlaces();
        foreach (var owned in Runs.Select(run => run.Visibility.Mask).OfType<Tensor>().Concat(_scatter))
        {
            owned.DetachFromDisposeScope();
        }
    }

    /// <summary>Gets how many tokens the longest row has; shorter rows are padded on the right.</summary>
    public int Width { get; }

    /// <summary>Gets the parts that attention works on, one after the other; none if it works on each token by itself.</summary>
    public IReadOnlyList<CacheRun> Runs { get; }

    /// <summary>Stores the new keys and values of one layer; padding is left out.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="keys">Rotated keys, <c>[rows, width, kvHeads, headDim]</c>.</param>
    /// <param name="values">Values, <c>[rows, width, kvHeads, headDim]</c>.</param>
    public void Write(int layer, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        var shape = _cache.Shape;
        if (_scatter.Length == 0)
        {
            var end = _starts[0] + Width;
            var (blockKeys, blockValues) = _cache.View(layer, _rows[0].Sequence, _rows.Count, end);
            blockKeys.narrow(2, _starts[0], Width).copy_(keys.transpose(1, 2));     // [rows, kvHeads, width, headDim]
            blockValues.narrow(2, _starts[0], Width).copy_(values.transpose(1, 2));
            return;
        }

        var (allKeys, allValues) = _cache.View(layer, 0, shape.Sequences, shape.Capacity);
        Scatter(allKeys, keys);
        Scatter(allValues, values);
    }

    /// <summary>Returns the keys and values that one run attends to, the new ones included.</summary>
    /// <returns>Views, <c>[rows, kvHeads, total, headDim]</c>.</returns>
    public (Tensor Keys, Tensor Values) Read(int layer, CacheRun run) =>
        _cache.View(layer, run.FirstSequence, run.Rows, run.Total);

    /// <summary>Returns all that one layer holds of a row's sequence.</summary>
    /// <returns>Views, <c>[1, kvHeads, capacity, headDim]</c>.</returns>
    public (Tensor Keys, Tensor Values) ReadAll(int layer, int row) => _cache.View(layer, _rows[row].Sequence, 1, _cache.Shape.Capacity);

    /// <summary>Returns the slots that one token sees, ascending; none for padding.</summary>
    /// <param name="row">The row of the token.</param>
    /// <param name="token">The token's index in its row, below <see cref="Width"/>.</param>
    public ReadOnlySpan<int> Slots(int row, int token) => _slots[(row * Width) + token];

    /// <summary>Makes the new tokens part of their sequences, once every layer was written.</summary>
    public void Commit()
    {
        foreach (var row in _rows)
        {
            _cache.Extend(row.Sequence, row.Positions.Span);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var run in Runs)
        {
            run.Visibility.Mask?.Dispose();
        }

        foreach (var places in _scatter)
        {
            places.Dispose();
        }
    }

    private void Scatter(Tensor all, Tensor rows)
    {
        var headDim = _cache.Shape.HeadDim;
        var flat = rows.reshape(-1, headDim);                                       // [rows · width · kvHeads, headDim]
        var real = flat.shape[0] == _scatter[0].shape[0] ? flat : flat.index_select(0, _scatter[1]);
        all.view(-1, headDim).index_copy_(0, _scatter[0], real);
    }

    private List<(int First, int Count)> FindRuns()
    {
        var runs = new List<(int First, int Count)>();
        for (var row = 0; row < _rows.Count; row++)
        {
            if (row > 0 && _rows[row].Sequence == _rows[row - 1].Sequence + 1)
            {
                runs[^1] = (runs[^1].First, runs[^1].Count + 1);
            }
            else
            {
                runs.Add((row, 1));
            }
        }

        return runs;
    }

    private CacheRun MakeRun(int first, int count, StepMasks masks)
    {
        var total = Enumerable.Range(first, count).Max(row => _starts[row] + _rows[row].Positions.Length);
        return new CacheRun(first, count, _rows[first].Sequence, total, masks.Make(first, count, total));
    }

    private bool IsBlock() =>
        _rows[^1].Sequence - _rows[0].Sequence == _rows.Count - 1 && Array.TrueForAll(_starts, start => start == _starts[0])
        && _rows.All(row => row.Positions.Length == Width);

    private Tensor[] FindPlaces()
    {
        var shape = _cache.Shape;
        var (targets, sources) = (new List<long>(), new List<long>());
        for (var row = 0; row < _rows.Count; row++)
        {
            for (var i = 0; i < _rows[row].Positions.Length; i++)
            {
                for (var head = 0L; head < shape.KeyValueHeads; head++)
                {
                    targets.Add((((_rows[row].Sequence * (long)shape.KeyValueHeads) + head) * shape.Capacity) + _starts[row] + i);
                    sources.Add(((((long)row * Width) + i) * shape.KeyValueHeads) + head);
                }
            }
        }

        return [tensor(targets, device: _cache.Device), tensor(sources, device: _cache.Device)];
    }
}
