using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>
/// Cuts sequences to their budget: asks the policy, chooses, moves what is kept together. Takes as many layers at a time as memory and the
/// processor's cache bear: in small models the calls cost more than what they compute.
/// </summary>
/// <param name="settings">How.</param>
/// <param name="window">The latest queries, if the policy looks at them.</param>
/// <param name="mass">The attention received, if the policy looks at it.</param>
/// <param name="positions">The positions of what was kept.</param>
/// <param name="transfer">The way to the cache's device.</param>
internal sealed class LayerCompressor(
    RetentionSettings settings, QueryWindow? window, AttentionMass? mass, HeadPositions positions, HostTransfer transfer)
{
    private readonly long _mostCells = transfer.Device.IsCuda ? 1L << 26 : RetentionChoice.CellsAtOnce;

    /// <summary>Cuts sequences that fill the same slots of the same layers.</summary>
    public void Compress(LayerGroup group, int[] sequences, int budget)
    {
        using var quiet = inference_mode();
        var length = (long)group.Lengths[sequences[0]];
        var mostRows = (int)Math.Clamp(_mostCells / (length * length * group.Keys.shape[2]), 1, int.MaxValue);
        foreach (var some in sequences.Chunk(mostRows))
        {
            using var scope = NewDisposeScope();
            var shared = settings.Sharing == RetentionSharing.FirstLayer
                ? ChooseAlone(new CompressionBlock(group, (group.First, 1), some, budget, transfer))
                : null;
            var atOnce = Math.Min(group.Count, mostRows / some.Length);
            for (var layer = group.First; layer < group.First + group.Count; layer += atOnce)
            {
                using var inner = NewDisposeScope();
                var count = Math.Min(atOnce, group.First + group.Count - layer);
                var block = new CompressionBlock(group, (layer, count), some, budget, transfer);
                var held = positions.Read(block, transfer);
                Compact(block, held, shared?.repeat(count, 1, 1) ?? Choose(group, block, held));
            }
        }

        foreach (var sequence in sequences)
        {
            group.Choose(sequence, budget);
        }

        Tensor ChooseAlone(CompressionBlock first)
        {
            using var scope = NewDisposeScope();
            return Choose(group, first, positions.Read(first, transfer)).MoveToOuterDisposeScope();
        }
    }

    private void Compact(CompressionBlock block, Tensor held, Tensor kept)
    {
        positions.Write(block, held.gather(2, kept));
        block.Compact(kept);
        if (mass is not null)
        {
            block.Compact(mass.Of(block.Layers.First), kept);
        }
    }

    private Tensor Choose(LayerGroup group, CompressionBlock block, Tensor held)
    {
        using var scope = NewDisposeScope();
        var view = new RetentionView
        {
            Layers = block.Layer,
            Recent = settings.Policy.Recent(block.Budget),
            Keys = block.ReadKeys(),
            Queries = window?.Read(block, group.NextPosition),
            Mass = mass is null ? null : block.Read(mass.Of(block.Layers.First)),
            Positions = held,
            SequenceKeys = block.OfRow((_, sequence) => settings.SequenceKey(sequence), transfer),
            Seen = block.OfRow((_, sequence) => group.NextPosition(sequence), transfer),
        };
        return RetentionChoice.Of(settings, view, block.Budget).MoveToOuterDisposeScope();
    }
}
