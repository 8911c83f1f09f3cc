namespace LlmEfficiency.Core.Simd;

/// <summary>What a tile of a product reads and writes.</summary>
/// <param name="rows">The first row's number for the first input.</param>
/// <param name="rowStep">The distance of two rows.</param>
/// <param name="results">The first row's result for the first output.</param>
/// <param name="resultStep">The distance of two rows of results.</param>
/// <param name="inputs">How many inputs.</param>
/// <param name="isFirst">Whether sums begin at zero, or at what is among the results.</param>
internal readonly unsafe struct Block(float* rows, long rowStep, float* results, long resultStep, int inputs, bool isFirst)
{
    public float* Rows { get; } = rows;

    public long RowStep { get; } = rowStep;

    public float* Results { get; } = results;

    public long ResultStep { get; } = resultStep;

    public int Inputs { get; } = inputs;

    public bool IsFirst { get; } = isFirst;

    /// <summary>Returns what is left behind some rows.</summary>
    public Block Skip(int count) => new(Rows + (count * RowStep), RowStep, Results + (count * ResultStep), ResultStep, Inputs, IsFirst);

    /// <summary>Returns the same from a later output on.</summary>
    public Block Columns(int first) => new(Rows, RowStep, Results + first, ResultStep, Inputs, IsFirst);
}
