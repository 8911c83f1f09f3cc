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
    private readonly Tensor _queries;       // [layers, sequences · window, heads · headDim]
    private readonly HostTransfer _transfer;
    private readonly Dictionary<int, (Tensor Places, Tensor? Sources)> _runs = [];

    public QueryWindow(int length, int sequences, TransformerConfig config, ScalarType type, HostTransfer transfer)
    {
        (_length, _heads, _transfer) = (length, config.HeadCount, transfer);
        long[] sizes = [config.LayerCount, (long)sequences * length, (long)config.HeadCount * config.HeadDim];
        _queries = zeros(sizes, dtype: type, device: transfer.Device.Torch).DetachFromDisposeScope();
    }

    public long Bytes => _queries.numel() * _queries.ElementSize;

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
        var all = _queries.select(0, trace.Layer);
        var flat = trace.Queries.reshape(-1, all.shape[1]);                         // [rows · seq, heads · headDim]
        all.index_copy_(0, places, sources is null ? flat : flat.index_select(0, sources));
    }

    /// <summary>Returns the queries of a block, oldest first, <c>[rows, heads, window, headDim]</c>.</summary>
    /// <param name="block">Layers and sequences.</param>
    /// <param name="next">Returns the position of a sequence's next token.</param>
    public Tensor Read(CompressionBlock block, Func<int, int> next)
    {
        using var scope = NewDisposeScope();
        var places = new List<long>(block.Sequences.Length * _length);
        foreach (var sequence in block.Sequences)
        {
            for (var position = next(sequence) - _length; position < next(sequence); position++)
            {
                places.Add(((long)sequence * _length) + (position % _length));
            }
        }

        return _queries.narrow(0, block.Layers.First, block.Layers.Count).index_select(1, ToDevice(places))
            .view(-1, _length, _heads, _queries.shape[2] / _heads).transpose(1, 2).MoveToOuterDisposeScope();
    }

    public void Copy(int source, int target)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        _queries.narrow(1, (long)target * _length, _length).copy_(_queries.narrow(1, (long)source * _length, _length));
    }

    public void Dispose() => _queries.Dispose();

    private Tensor ToDevice(List<long> values) => _transfer.ToDevice(tensor(values));
}
