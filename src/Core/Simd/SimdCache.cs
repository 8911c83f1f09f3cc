using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Keys and values of several sequences in memory that is taken once, and attention over them.</summary>
/// <remarks>
/// All layers and heads of a sequence hold the same tokens until they are compressed; then layers may fill different numbers of slots, and
/// slots are counted in the longest layer. Sixteen slots of a head's keys make a block, in which the first components come first: a vector
/// of scores is made of whole vectors. A slot's value is a row.
/// </remarks>
internal abstract unsafe class SimdCache : ISlots, IDisposable
{
    private readonly int[] _lengths;
    private readonly int[][] _positions;    // of a compressed sequence, of its latest tokens whatever its heads chose
    private readonly LayerFill _layers;

    /// <summary>Prepares the counts.</summary>
    protected SimdCache(CacheShape shape)
    {
        Shape = shape;
        ScoreLength = Lanes.Whole(shape.Capacity) + (2 * Lanes.Count);
        _lengths = new int[shape.Sequences];
        _layers = new LayerFill(shape);
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

    /// <summary>Gets the memory taken, filled or not, in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Gets how many singles of work space <see cref="Attend"/> needs.</summary>
    public int ScratchLength => AttentionTile.Most * (ScoreLength + Lanes.Whole(Shape.HeadDim));

    /// <summary>Gets how many singles the scores of a query take.</summary>
    protected int ScoreLength { get; }

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
    public int Room(int sequence) => _layers.Room(sequence, _lengths[sequence]);

    /// <summary>Returns how many slots fewer than the longest layer a layer fills.</summary>
    public int Fewer(int layer, int sequence) => _layers.Fewer(layer, sequence);

    /// <summary>Returns how many slots a layer fills.</summary>
    public int Filled(int layer, int sequence) => _lengths[sequence] - _layers.Fewer(layer, sequence);

    /// <summary>Returns how many first slots of a layer were chosen head by head.</summary>
    public int Chosen(int layer, int sequence) => _layers.Chosen(layer, sequence);

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
        _layers.Truncate(sequence, length);
        _lengths[sequence] = length;
    }

    /// <summary>Counts what layers of a sequence have left, once what their heads chose was moved together.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="left">How many slots each layer chose; -1 where it did not choose.</param>
    public void Cut(int sequence, ReadOnlySpan<int> left)
    {
        var (old, longest) = (_lengths[sequence], _layers.Cut(sequence, _lengths[sequence], left));
        _positions[sequence].AsSpan(old - longest, longest).CopyTo(_positions[sequence]);
        _lengths[sequence] = longest;
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
                MoveEverywhere(sequence, slots[to], to);
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
        _layers.Copy(source, target);
        CopyNumbers(source, target, _lengths[source]);
    }

    /// <summary>Writes the keys and values of a token.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="slot">Which slot of the layer.</param>
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

    /// <summary>Adds the attention that queries of a sequence pay to each slot of a layer, one query after the other.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="head">Which key/value head.</param>
    /// <param name="queries">Queries that see slots which lie together.</param>
    /// <param name="sums">What is added to, by slot.</param>
    /// <param name="scratch">Work space of <see cref="ScratchLength"/>, aligned.</param>
    public abstract void AddShares(int layer, int sequence, int head, ReadOnlySpan<QueryView> queries, float* sums, float* scratch);

    /// <summary>Reads the keys of a layer's first slots.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="head">Which key/value head.</param>
    /// <param name="count">How many slots.</param>
    /// <param name="target">Receives them, <c>[count, headDim]</c>.</param>
    public abstract void ReadKeys(int layer, int sequence, int head, int count, float* target);

    /// <summary>Moves the key and value of a head to an earlier slot.</summary>
    public abstract void Move(int layer, int sequence, int head, int from, int to);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Copies the keys and values of some first slots.</summary>
    protected abstract void CopyNumbers(int source, int target, int length);

    private void MoveEverywhere(int sequence, int from, int to)
    {
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            for (var head = 0; head < Shape.KeyValueHeads; head++)
            {
                Move(layer, sequence, head, from, to);
            }
        }
    }
}
