using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>How much attention each cached key has received since it came, added up over queries and the heads of its group.</summary>
internal sealed class AttentionMass : IDisposable
{
    private const long MostCells = 1 << 24;     // of attention probabilities at a time

    // A group: [layers, sequences, kvHeads, capacity], fp32, zero beyond a sequence's length.
    private readonly (LayerGroup Group, Tensor Mass)[] _mass;

    public AttentionMass(IReadOnlyList<LayerGroup> groups) => _mass =
    [
        .. groups.Select(group => (group, zeros(group.Keys.shape[..^1], dtype: ScalarType.Float32, device: group.Keys.device)
            .DetachFromDisposeScope())),
    ];

    public long Bytes => _mass.Sum(pair => pair.Mass.numel() * pair.Mass.ElementSize);

    /// <summary>Returns what the keys of a layer and of those that are filled alike received, <c>[layers, sequences, kvHeads, capacity]</c>.</summary>
    public Tensor Of(int layer) => Array.Find(_mass, pair => pair.Group.Has(layer)).Mass;

    /// <summary>Adds what a run attends to.</summary>
    public void Add(AttentionTrace trace, CacheStep step)
    {
        var run = step.Runs(trace.Layer).First(run => run.FirstRow == trace.FirstRow);
        var (rows, heads, seq, total) = (run.Rows, trace.Queries.shape[2], trace.Queries.shape[1], trace.Keys.shape[2]);
        var block = (int)Math.Max(1, MostCells / (heads * seq * total));
        for (var first = 0; first < rows; first += block)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(block, rows - first);
            var mask = trace.Visibility.Mask;
            var part = trace with
            {
                Queries = trace.Queries.narrow(0, first, count),
                Keys = trace.Keys.narrow(0, first, count),
                Visibility = mask is null ? trace.Visibility : Visibility.Of(mask.narrow(0, first, count)),
            };
            var received = part.Probabilities();                                    // [count, heads, seq, total]
            if (IsPadding(step, run.FirstRow + first, count, seq) is { } isPadding)
            {
                received.masked_fill_(isPadding, Scalars.Zero);
            }

            var kvHeads = trace.Keys.shape[1];
            LayerOf(trace.Layer).narrow(0, run.FirstSequence + first, count).narrow(2, 0, total)
                .add_(received.view(count, kvHeads, -1, total).sum(2), Scalars.One); // over the group and the queries
        }
    }

    /// <summary>Forgets what lies beyond a sequence's length.</summary>
    public void Truncate(int sequence)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (group, mass) in _mass)
        {
            var start = group.Lengths[sequence];
            mass.select(1, sequence).narrow(2, start, mass.shape[3] - start).zero_();
        }
    }

    public void Copy(int source, int target)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (_, mass) in _mass)
        {
            mass.select(1, target).copy_(mass.select(1, source));
        }
    }

    public void Dispose()
    {
        foreach (var (_, mass) in _mass)
        {
            mass.Dispose();
        }
    }

    private Tensor LayerOf(int layer)
    {
        var (group, mass) = Array.Find(_mass, pair => pair.Group.Has(layer));
        return mass.select(0, layer - group.First);
    }

    // [count, 1, seq, 1], or null where no query is padding
    private Tensor? IsPadding(CacheStep step, int firstRow, int count, long seq)
    {
        var cells = new bool[count * seq];
        for (var row = 0; row < count; row++)
        {
            var real = step.Rows[firstRow + row].Positions.Length;
            cells.AsSpan((int)(row * seq) + real, (int)seq - real).Fill(true);
        }

        return cells.Contains(true) ? tensor(cells, [count, 1, seq, 1], device: _mass[0].Mass.device) : null;
    }
}
