using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>The rows that a matrix is multiplied by, and what quantized matrices need of them.</summary>
internal sealed unsafe class ActivationRows : IDisposable
{
    private readonly NativeBuffer<float> _values;

    /// <summary>Takes the memory.</summary>
    /// <param name="rows">How many rows there are at most.</param>
    /// <param name="width">How many inputs.</param>
    /// <param name="step">The distance of two rows.</param>
    /// <param name="quantizedWords">How many words stand for four bytes of a row where matrices are quantized; 0 where they are not.</param>
    public ActivationRows(int rows, int width, int step, int quantizedWords)
    {
        (Width, Step) = (width, step);
        _values = new NativeBuffer<float>((long)rows * step, isZero: false);
        Quantized = quantizedWords == 0 ? null : new QuantizedRows(rows, width, quantizedWords);
    }

    /// <summary>Gets how many inputs there are.</summary>
    public int Width { get; }

    /// <summary>Gets the distance of two rows.</summary>
    public int Step { get; }

    /// <summary>Gets the rows as bytes; null where no matrix needs them.</summary>
    public QuantizedRows? Quantized { get; }

    /// <summary>Returns a row.</summary>
    public float* this[int row] => _values.Pointer + ((long)row * Step);

    /// <summary>Rounds rows to bytes, where a matrix needs that, once they are written.</summary>
    public void Quantize(int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            Quantized?.Write(row, this[row], 0, Width);
        }
    }

    /// <summary>Rounds some numbers of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="start">The first, of a group of <see cref="QuantizedBlocks.Inputs"/>.</param>
    /// <param name="end">The one behind the last, of a group or of the row.</param>
    public void QuantizePart(int row, int start, int end) => Quantized?.Write(row, this[row], start, end);

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        Quantized?.Dispose();
    }
}
