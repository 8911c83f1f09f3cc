namespace LlmEfficiency.Core.Kernels;

/// <summary>The fp32 work space of one thread's attention; grows to the longest document it has seen.</summary>
/// <param name="headDim">The width of a head.</param>
internal sealed unsafe class AttentionScratch(int headDim) : IDisposable
{
    /// <summary>How many queries are worked on at a time: a multiple of the product's tile.</summary>
    public const int BlockRows = 48;

    private readonly NativeBuffer<float> _queries = new((long)BlockRows * Lanes.Whole(headDim));
    private readonly NativeBuffer<float> _outputs = new((long)BlockRows * Lanes.Whole(headDim));
    private readonly NativeBuffer<float> _querySlopes = new((long)BlockRows * Lanes.Whole(headDim));
    private NativeBuffer<float>[] _long = [.. Enumerable.Range(0, 8).Select(_ => new NativeBuffer<float>(0))];

    /// <summary>Gets the width of a head, in whole vectors.</summary>
    public int Width { get; } = Lanes.Whole(headDim);

    /// <summary>Gets the longest document there is room for, in whole vectors.</summary>
    public int Length { get; private set; }

    /// <summary>Gets a block of queries, scaled, <c>[block, width]</c>.</summary>
    public float* Queries => _queries.Pointer;

    /// <summary>Gets a block of outputs or of the derivative by them, <c>[block, width]</c>.</summary>
    public float* Outputs => _outputs.Pointer;

    /// <summary>Gets a block of the derivative by the queries, <c>[block, width]</c>.</summary>
    public float* QuerySlopes => _querySlopes.Pointer;

    /// <summary>Gets the keys, <c>[length, width]</c>.</summary>
    public float* Keys => _long[0].Pointer;

    /// <summary>Gets the values, <c>[length, width]</c>.</summary>
    public float* Values => _long[1].Pointer;

    /// <summary>Gets the derivative by the keys, <c>[length, width]</c>.</summary>
    public float* KeySlopes => _long[2].Pointer;

    /// <summary>Gets the derivative by the values, <c>[length, width]</c>.</summary>
    public float* ValueSlopes => _long[3].Pointer;

    /// <summary>Gets the keys, transposed, <c>[headDim, length]</c>.</summary>
    public float* TurnedKeys => _long[4].Pointer;

    /// <summary>Gets the values, transposed, <c>[headDim, length]</c>.</summary>
    public float* TurnedValues => _long[5].Pointer;

    /// <summary>Gets a block of scores, then probabilities, <c>[block, length]</c>.</summary>
    public float* Scores => _long[6].Pointer;

    /// <summary>Gets a block of the derivative by the scores, <c>[block, length]</c>.</summary>
    public float* ScoreSlopes => _long[7].Pointer;

    /// <summary>Makes room for a document.</summary>
    /// <param name="length">Its number of tokens.</param>
    public void Reserve(int length)
    {
        if (length <= Length)
        {
            return;
        }

        Array.ForEach(_long, buffer => buffer.Dispose());
        Length = Lanes.Whole(length);
        long[] widths = [Width, Width, Width, Width, headDim, headDim, BlockRows, BlockRows];
        _long = [.. widths.Select(width => new NativeBuffer<float>(width * Length))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeBuffer<float>[] all = [_queries, _outputs, _querySlopes, .. _long];
        Array.ForEach(all, buffer => buffer.Dispose());
    }
}
