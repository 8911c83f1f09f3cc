using LlmEfficiency.Core.Caching;

namespace LlmEfficiency.Core.Simd;

/// <summary>The positions of the tokens that the heads of compressed sequences kept.</summary>
internal sealed class KeptPositions
{
    private readonly CacheShape _shape;
    private readonly int[][] _kept;     // a layer: [sequences, kvHeads, budget]
    private readonly int[] _budgets;

    /// <summary>Takes the memory.</summary>
    /// <param name="shape">The cache's sizes.</param>
    /// <param name="budgets">How many tokens each layer keeps.</param>
    public KeptPositions(CacheShape shape, int[] budgets)
    {
        (_shape, _budgets) = (shape, budgets);
        _kept = Array.ConvertAll(budgets, budget => new int[shape.Sequences * shape.KeyValueHeads * budget]);
    }

    /// <summary>Gets the memory taken, in bytes.</summary>
    public long Bytes => _kept.Sum(layer => (long)layer.Length * sizeof(int));

    /// <summary>Reads the positions of a head: those kept, and those that came since, one after the other up to the latest.</summary>
    /// <param name="place">Which layer, sequence and head.</param>
    /// <param name="chosen">How many were kept.</param>
    /// <param name="next">The position of the next token.</param>
    /// <param name="target">Receives them, one a filled slot.</param>
    public void Read((int Layer, int Sequence, int Head) place, int chosen, int next, Span<long> target)
    {
        var kept = Head(place);
        for (var slot = 0; slot < target.Length; slot++)
        {
            target[slot] = slot < chosen ? kept[slot] : next - target.Length + slot;
        }
    }

    /// <summary>Notes what a head keeps.</summary>
    /// <param name="place">Which layer, sequence and head.</param>
    /// <param name="held">The positions of all its slots.</param>
    /// <param name="slots">The slots that it keeps.</param>
    public void Write((int Layer, int Sequence, int Head) place, ReadOnlySpan<long> held, ReadOnlySpan<long> slots)
    {
        var kept = Head(place);
        for (var slot = 0; slot < slots.Length; slot++)
        {
            kept[slot] = (int)held[(int)slots[slot]];
        }
    }

    /// <summary>Follows a copy of a sequence.</summary>
    public void Copy(int source, int target)
    {
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            for (var head = 0; head < _shape.KeyValueHeads; head++)
            {
                Head((layer, source, head)).CopyTo(Head((layer, target, head)));
            }
        }
    }

    private Span<int> Head((int Layer, int Sequence, int Head) place) => _kept[place.Layer].AsSpan(
        ((place.Sequence * _shape.KeyValueHeads) + place.Head) * _budgets[place.Layer], _budgets[place.Layer]);
}
