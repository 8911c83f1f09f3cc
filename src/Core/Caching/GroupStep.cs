using static TorchSharp.torch;

namespace LlmEfficiency.Core.Caching;

/// <summary>A <see cref="CacheStep"/> in the layers of one group.</summary>
internal sealed class GroupStep : IDisposable
{
    private readonly IReadOnlyList<CacheRow> _rows;
    private readonly int _width;
    private readonly int[] _starts;
    private readonly Tensor[] _scatter;     // none if the rows form a block, else places in the cache and places in the rows

    private readonly int[][] _slots;        // of each token, row by row; none if attention works on runs

    public GroupStep(LayerGroup group, IReadOnlyList<CacheRow> rows, int width, int? window, bool isRowwise)
    {
        (Layers, _rows, _width) = (group, rows, width);
        _starts = [.. rows.Select(row => group.Lengths[row.Sequence])];
        for (var row = 0; row < rows.Count; row++)
        {
            var (sequence, count) = (rows[row].Sequence, rows[row].Positions.Length);
            if (count == 0 || _starts[row] + count > group.Capacity)
            {
                throw new ArgumentException(
                    $"sequence {sequence} cannot take {count} tokens: {_starts[row]} of {group.Capacity} slots are full",
                    nameof(rows));
            }
        }

        using var scope = NewDisposeScope();
        var masks = new StepMasks(group, rows, width, window);
        Runs = isRowwise ? [] : [.. FindRuns().Select(run => MakeRun(run.First, run.Count, masks))];
        _slots = isRowwise ? [.. Enumerable.Range(0, rows.Count).SelectMany(masks.Slots)] : [];
        _scatter = IsBlock() ? [] : FindPlaces();
        foreach (var owned in Runs.Select(run => run.Visibility.Mask).OfType<Tensor>().Concat(_scatter))
        {
            owned.DetachFromDisposeScope();
        }
    }

    public LayerGroup Layers { get; }

    public IReadOnlyList<CacheRun> Runs { get; }

    public ReadOnlySpan<int> Slots(int row, int token) => _slots[(row * _width) + token];

    public (Tensor Keys, Tensor Values) ReadAll(int layer, int row) => Layers.View(layer, _rows[row].Sequence, 1, Layers.Capacity);

    public void Write(int layer, Tensor keys, Tensor values)
    {
        using var scope = NewDisposeScope();
        if (_scatter.Length == 0)
        {
            var (blockKeys, blockValues) = Layers.View(layer, _rows[0].Sequence, _rows.Count, _starts[0] + _width);
            blockKeys.narrow(2, _starts[0], _width).copy_(keys.transpose(1, 2));    // [rows, kvHeads, width, headDim]
            blockValues.narrow(2, _starts[0], _width).copy_(values.transpose(1, 2));
            return;
        }

        Scatter(Layers.Keys.select(0, layer - Layers.First), keys);
        Scatter(Layers.Values.select(0, layer - Layers.First), values);
    }

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
        var headDim = all.shape[^1];
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
        && _rows.All(row => row.Positions.Length == _width);

    private Tensor[] FindPlaces()
    {
        var heads = Layers.Keys.shape[2];
        var (targets, sources) = (new List<long>(), new List<long>());
        for (var row = 0; row < _rows.Count; row++)
        {
            for (var i = 0; i < _rows[row].Positions.Length; i++)
            {
                for (var head = 0L; head < heads; head++)
                {
                    targets.Add((((_rows[row].Sequence * heads) + head) * Layers.Capacity) + _starts[row] + i);
                    sources.Add(((((long)row * _width) + i) * heads) + head);
                }
            }
        }

        return [tensor(targets, device: Layers.Keys.device), tensor(sources, device: Layers.Keys.device)];
    }
}
