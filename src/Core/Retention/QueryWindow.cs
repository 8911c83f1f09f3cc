using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>The latest rotated queries of every sequence and layer, each in the place of its position modulo the window.</summary>
internal sealed class QueryWindow : IDisposable
{
    private readonly int _length;
    private readonly int _heads;
    private readonly Tensor[] _queries;     // a layer: [sequences · window, heads · headDim]
    private readonly HostTransfer _transfer;
    private readonly Dictionary<int, (Tensor Places, Tensor? Sources)> _runs = [];

    public QueryWindow(int length, int sequences, TransformerConfig config, ScalarType type, HostTransfer transfer)
    {
        (_length, _heads, _transfer) = (length, config.HeadCount, transfer);
        long[] sizes = [(long)sequences * length, (long)config.HeadCount * config.HeadDim];
        _queries =
        [
            .. Enumerable.Range(0, config.LayerCount)
                .Select(_ => zeros(sizes, dtype: type, device: transfer.Device.Torch).DetachFromDisposeScope()),
        ];
    }

    public long Bytes => _queries.Sum(layer => layer.numel() * layer.ElementSize);

    /// <summary>Finds out where the queries of a pass go; the tensors live in the caller's scope.</summary>
    public void Begin(CacheStep step)
    {
        _runs.Clear();
        foreach (var run in step.Runs(0))
        {
            var (places, sources) = (new List<long>(), new List<long>());
            for (var row = 0; row < run.Rows; row++)
            {
                var positions = step.Rows[run.FirstRow + row].Positions.Span;
                for (var i = Math.Max(0, positions.Length - _length); i < positions.Length; i++)
                {
                    places.Add(((run.FirstSequence + (long)row) * _length) + (positions[i] % _length));
                    sources.Add(((long)row * step.Width) + i);
                }
            }

            var all = sources.Count == run.Rows * step.Width;
            _runs.Add(run.FirstRow, (ToDevice(places), all ? null : ToDevice(sources)));
        }
    }

    /// <summary>Takes in the latest queries of a run.</summary>
    public void Write(AttentionTrace trace)
    {
        using var scope = NewDisposeScope();
        var (places, sources) = _runs[trace.FirstRow];
        var all = _queries[trace.Layer];
        var flat = trace.Queries.reshape(-1, all.shape[1]);                         // [rows · seq, heads · headDim]
        all.index_copy_(0, places, sources is null ? flat : flat.index_select(0, sources));
    }

    /// <summary>Finds out where the queries of some sequences are, oldest first.</summary>
    /// <returns>Places, <c>[sequences · window]</c>.</returns>
    public Tensor Places(IReadOnlyList<int> sequences, Func<int, int> next)
    {
        var places = new List<long>(sequences.Count * _length);
        foreach (var sequence in sequences)
        {
            for (var position = next(sequence) - _length; position < next(sequence); position++)
            {
                places.Add(((long)sequence * _length) + (position % _length));
            }
        }

        return ToDevice(places);
    }

    /// <summary>Returns queries, <c>[sequences, heads, window, headDim]</c>.</summary>
    public Tensor Read(int layer, Tensor places)
    {
        using var scope = NewDisposeScope();
        var all = _queries[layer];
        return all.index_select(0, places).view(-1, _length, _heads, all.shape[1] / _heads).transpose(1, 2).MoveToOuterDisposeScope();
    }

    public void Copy(int source, int target)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var all in _queries)
        {
            all.narrow(0, (long)target * _length, _length).copy_(all.narrow(0, (long)source * _length, _length));
        }
    }

    public void Dispose()
    {
        foreach (var layer in _queries)
        {
            layer.Dispose();
        }
    }

    private Tensor ToDevice(List<long> values) => _transfer.ToDevice(tensor(values));
}
