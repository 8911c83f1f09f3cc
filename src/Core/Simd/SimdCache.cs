using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Keys and values of several sequences in memory that is taken once, and attention over them.</summary>
/// <remarks>
/// All layers and heads of a sequence hold the same tokens. Sixteen slots of a head's keys make a block, in which the first
/// components come first: a vector of scores is made of whole vectors. A slot's value is a row.
/// </remarks>
internal abstract unsafe class SimdCache : ISlots, IDisposable
{
    private readonly int[] _lengths;
    private readonly int[][] _positions;

    /// <summary>Prepares the counts.</summary>
    protected SimdCache(CacheShape shape)
    {
        Shape = shape;
        _lengths = new int[shape.Sequences];
        _positions = [.. Enumerable.Range(0, shape.Sequences).Select(_ => new int[shape.Capacity])];
    }

    /// <summary>Gets the sizes.</summary>
    public CacheShape Shape { get; }

    /// <inheritdoc/>
    public int Sequences => Shape.Sequences;

    /// <inheritdoc/>
    public int Capacity => Shape.Capacity;

    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => _lengths;

    /// <summary>Gets how many singles of work space <see cref="Attend"/> needs.</summary>
    public int ScratchLength => AttentionTile.Most * (ScoreLength + Lanes.Whole(Shape.HeadDim));

    /// <summary>Gets how many singles the scores of a query take.</summary>
    protected int ScoreLength => Lanes.Whole(Shape.Capacity) + (2 * Lanes.Count);

    /// <summary>Takes the memory.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="format">How keys and values are kept.</param>
    /// <param name="path">The instructions of the kernels.</param>
    public static SimdCache Create(CacheShape shape, CacheFormat format, SimdPath path) => format switch
    {
        CacheFormat.Fp32 => TypedCache<float>.For(shape, path),
        CacheFormat.Bf16 => TypedCache<ushort>.For(shape, path),
        _ => TypedCache<sbyte>.For(shape, path),
    };

    /// <inheritdoc/>
    public int Room(int sequence) => Capacity - _lengths[sequence];

    /// <summary>Returns the positions of a sequence's tokens, slot by slot.</summary>
    public ReadOnlySpan<int> Positions(int sequence) => _positions[sequence].AsSpan(0, _lengths[sequence]);

    /// <summary>Returns the position of the next token: that of the sequence's latest plus one, or 0 where there is none.</summary>
    public int NextPosition(int sequence) => _lengths[sequence] == 0 ? 0 : _positions[sequence][_lengths[sequence] - 1] + 1;

    /// <summary>Takes in a token, whose keys and values are written afterwards.</summary>
    /// <returns>Its slot.</returns>
    public int Add(int sequence, int position)
    {
        var slot = _lengths[sequence]++;
        _positions[sequence][slot] = position;
        return slot;
    }

    /// <summary>Forgets the latest tokens of a sequence.</summary>
    public void Truncate(int sequence, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _lengths[sequence]);
        _lengths[sequence] = length;
    }

    /// <summary>Keeps some slots, ascending, closes the gaps and forgets the others.</summary>
    public void Retain(int sequence, ReadOnlySpan<int> slots)
    {
        ISlots.RequireAscending(slots, _lengths[sequence]);
        for (var to = 0; to < slots.Length; to++)
        {
            if (slots[to] != to)
            {
                _positions[sequence][to] = _positions[sequence][slots[to]];
                Move(sequence, slots[to], to);
            }
        }

        _lengths[sequence] = slots.Length;
    }

    /// <summary>Replaces what one sequence holds by a copy of what another holds.</summary>
    public void Copy(int source, int target)
    {
        if (source == target)
        {
            return;
        }

        _positions[source].CopyTo(_positions[target], 0);
        _lengths[target] = _lengths[source];
        CopyNumbers(source, target, _lengths[source]);
    }

    /// <summary>Writes the keys and values of a token.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="slot">Which slot.</param>
    /// <param name="keys">Turned keys, <c>[kvHeads, headDim]</c>.</param>
    /// <param name="values">Values, <c>[kvHeads, headDim]</c>.</param>
    public abstract void Write(int layer, int sequence, int slot, float* keys, float* values);

    /// <summary>Computes the weighted values for some queries of a sequence. Each comes out the same whatever others there are.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="head">Which key/value head.</param>
    /// <param name="queries">Up to <see cref="AttentionTile.Most"/> queries.</param>
    /// <param name="scratch">Work space of <see cref="ScratchLength"/>, aligned.</param>
    public abstract void Attend(int layer, int sequence, int head, ReadOnlySpan<QueryView> queries, float* scratch);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Moves the keys and values of a slot to an earlier one.</summary>
    protected abstract void Move(int sequence, int from, int to);

    /// <summary>Copies the keys and values of some first slots.</summary>
    protected abstract void CopyNumbers(int source, int target, int length);
}
