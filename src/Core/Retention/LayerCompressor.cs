using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>Cuts sequences to their budget, layer by layer: asks the policy, chooses, moves what is kept together.</summary>
/// <param name="settings">How.</param>
/// <param name="window">The latest queries, if the policy looks at them.</param>
/// <param name="mass">The attention received, if the policy looks at it.</param>
/// <param name="positions">The positions of what was kept.</param>
/// <param name="transfer">The way to the cache's device.</param>
internal sealed class LayerCompressor(
    RetentionSettings settings, QueryWindow? window, AttentionMass? mass, HeadPositions positions, HostTransfer transfer)
{
    // How many cells a policy that compares all keys with all may make at a time.
    private readonly long _mostCells = transfer.Device.IsCuda ? 1L << 26 : 1L << 21;

    /// <summary>Cuts sequences that fill the same slots of the same layers.</summary>
    public void Compress(LayerGroup group, int[] sequences, int budget)
    {
        using var quiet = inference_mode();
        var length = (long)group.Lengths[sequences[0]];
        var most = (int)Math.Max(1, _mostCells / (length * length * group.Keys.shape[2]));
        foreach (var rows in sequences.Chunk(most))
        {
            using var scope = NewDisposeScope();
            var block = new CompressionBlock(group, rows, budget, transfer);
            var places = window?.Places(rows, group.NextPosition);
            var keys = transfer.ToDevice(tensor(
                Array.ConvertAll(rows, row => unchecked((long)(settings.SequenceKeys?[row] ?? (ulong)row))), [rows.Length, 1, 1]));
            Tensor? shared = null;
            for (var layer = group.First; layer < group.First + group.Count; layer++)
            {
                using var inner = NewDisposeScope();
                var kept = Compress(block, layer, keys, places, shared);
                shared ??= settings.Sharing == RetentionSharing.FirstLayer ? kept.MoveToOuterDisposeScope() : null;
            }
        }

        foreach (var sequence in sequences)
        {
            group.Choose(sequence, budget);
        }
    }

    private Tensor Compress(CompressionBlock block, int layer, Tensor sequenceKeys, Tensor? places, Tensor? shared)
    {
        var held = positions.Read(layer, block.Index, block.Chosen, block.Tail);
        var kept = shared ?? Choose(block, layer, sequenceKeys, places, held);
        positions.Write(layer, block.Index, held.gather(2, kept));
        block.Compact(layer, kept);
        if (mass is not null)
        {
            block.Compact(mass[layer], kept);
        }

        return kept;
    }

    private Tensor Choose(CompressionBlock block, int layer, Tensor sequenceKeys, Tensor? places, Tensor held)
    {
        using var scope = NewDisposeScope();
        var (keys, values) = block.Read(layer);
        var recent = settings.Policy.Recent(block.Budget);
        var scores = settings.Policy.Score(new RetentionView
        {
            Layer = layer,
            Recent = recent,
            Keys = keys,
            Values = values,
            Queries = places is null ? null : window!.Read(layer, places),
            Mass = mass is null ? null : block.Read(mass[layer]),
            Positions = held,
            SequenceKeys = sequenceKeys,
            Seen = block.Seen,
        });
        if (settings.Sharing == RetentionSharing.FirstLayer)
        {
            scores = scores.sum(1, keepdim: true);
        }

        var kept = RetentionChoice.Best(scores, recent, block.Budget);
        return kept.expand(-1, keys.shape[1], -1).MoveToOuterDisposeScope();
    }
}
