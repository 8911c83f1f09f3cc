using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>The rows that a matrix is multiplied by, and what they are rounded to.</summary>
internal sealed unsafe class ActivationRows : IDisposable
{
    private readonly NativeBuffer<float> _values;

    /// <summary>Takes the memory.</summary>
    /// <param name="rows">How many rows there are at most.</param>
    /// <param name="width">How many inputs.</param>
    /// <param name="step">The distance of two rows.</param>
    /// <param name="format">What the matrix wants them to be rounded to.</param>
    public ActivationRows(int rows, int width, int step, RowFormat format)
    {
        (Width, Step) = (width, step);
        _values = new NativeBuffer<float>((long)rows * step, isZero: false);
        Quantized = format is RowFormat.Bytes or RowFormat.BytePairs ? new QuantizedRows(rows, width, words: format == RowFormat.Bytes ? 1 : 2) : null;
        Bf16 = format is RowFormat.Bf16 or RowFormat.Bf16Singles ? new Bf16Rows(rows, width, isWide: format == RowFormat.Bf16Singles) : null;
    }

    /// <summary>Gets how many inputs there are.</summary>
    public int Width { get; }

    /// <summary>Gets the distance of two rows.</summary>
    public int Step { get; }

    /// <summary>Gets the rows as bytes; null where no matrix needs them.</summary>
    public QuantizedRows? Quantized { get; }

    /// <summary>Gets the rows in bf16; null where no matrix needs them.</summary>
    public Bf16Rows? Bf16 { get; }

    /// <summary>Returns a row.</summary>
    public float* this[int row] => _values.Pointer + ((long)row * Step);

    /// <summary>Rounds rows, where the matrix wants that, once they are written.</summary>
    public void Round(int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            RoundPart(row, 0, Width);
        }
    }

    /// <summary>Rounds some numbers of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="start">The first, of a group of <see cref="QuantizedBlocks.Inputs"/>.</param>
    /// <param name="end">The one behind the last, of a group or of the row.</param>
    public void RoundPart(int row, int start, int end)
    {
        Quantized?.Write(row, this[row], start, end);
        Bf16?.Write(row, this[row], start, end);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        Quantized?.Dispose();
        Bf16?.Dispose();
    }
}
