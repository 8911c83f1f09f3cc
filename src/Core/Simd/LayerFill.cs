using LlmEfficiency.Core.Caching;

namespace LlmEfficiency.Core.Simd;

/// <summary>How the layers of a cache are filled beside the longest one, and which of their slots were chosen head by head.</summary>
/// <param name="shape">The cache's sizes.</param>
internal sealed class LayerFill(CacheShape shape)
{
    private readonly int[,] _fewer = new int[shape.Layers, shape.Sequences];
    private readonly int[,] _chosen = new int[shape.Layers, shape.Sequences];

    /// <summary>Returns how many slots fewer than the longest layer a layer fills.</summary>
    public int Fewer(int layer, int sequence) => _fewer[layer, sequence];

    /// <summary>Returns how many first slots of a layer were chosen head by head.</summary>
    public int Chosen(int layer, int sequence) => _chosen[layer, sequence];

    /// <summary>Returns how many tokens every layer can still take in.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="length">How many slots the longest layer fills.</param>
    public int Room(int sequence, int length)
    {
        var room = int.MaxValue;
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            room = Math.Min(room, shape.CapacityOf(layer) - length + _fewer[layer, sequence]);
        }

        return room;
    }

    /// <summary>Refuses to tear apart what was chosen together, and follows a sequence that is cut.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="length">How many slots are left in the longest layer.</param>
    public void Truncate(int sequence, int length)
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            if (length > 0 && length - _fewer[layer, sequence] < _chosen[layer, sequence])
            {
                throw new ArgumentException(
                    $"the first {_chosen[layer, sequence]} slots of sequence {sequence} were chosen together: they are kept or forgotten as a whole",
                    nameof(length));
            }
        }

        for (var layer = 0; length == 0 && layer < shape.Layers; layer++)
        {
            (_fewer[layer, sequence], _chosen[layer, sequence]) = (0, 0);
        }
    }

    /// <summary>Counts what layers have left after a choice.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="length">How many slots the longest layer filled.</param>
    /// <param name="left">How many slots each layer chose; -1 where it did not choose.</param>
    /// <returns>How many slots the longest layer fills now.</returns>
    public int Cut(int sequence, int length, ReadOnlySpan<int> left)
    {
        var longest = 0;
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            _chosen[layer, sequence] = left[layer] < 0 ? _chosen[layer, sequence] : left[layer];
            longest = Math.Max(longest, Filled(left[layer], layer));
        }

        for (var layer = 0; layer < shape.Layers; layer++)
        {
            _fewer[layer, sequence] = longest - Filled(left[layer], layer);
        }

        return longest;

        int Filled(int chosen, int layer) => chosen < 0 ? length - _fewer[layer, sequence] : chosen;
    }

    /// <summary>Follows a copy.</summary>
    public void Copy(int source, int target)
    {
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            (_fewer[layer, target], _chosen[layer, target]) = (_fewer[layer, source], _chosen[layer, source]);
        }
    }
}
