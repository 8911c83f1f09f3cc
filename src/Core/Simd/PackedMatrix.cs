namespace LlmEfficiency.Core.Simd;

/// <summary>A matrix as the kernels read it: panels of outputs (<see cref="Panels"/>).</summary>
/// <param name="outputs">The number of outputs.</param>
/// <param name="inputs">The number of inputs.</param>
internal abstract unsafe class PackedMatrix(int outputs, int inputs) : IDisposable
{
    /// <summary>Gets the number of outputs.</summary>
    public int Outputs => outputs;

    /// <summary>Gets the number of inputs.</summary>
    public int Inputs => inputs;

    /// <summary>Gets the number of panels.</summary>
    public int PanelCount => Panels.Count(outputs);

    /// <summary>Gets how much memory the numbers take, and what belongs to them.</summary>
    public abstract long Bytes { get; }

    /// <summary>Gets the first of these bytes.</summary>
    public abstract void* Memory { get; }

    /// <summary>Gets what rows are to be rounded to.</summary>
    public abstract RowFormat Rows { get; }

    /// <summary>Packs matrices that have the same inputs, their outputs one behind the other.</summary>
    /// <param name="parts">Matrices, <c>[outputs, inputs]</c>.</param>
    /// <param name="format">How they are kept.</param>
    /// <param name="path">The instructions that will multiply by them.</param>
    public static PackedMatrix Pack(IReadOnlyList<SourceRows> parts, WeightFormat format, SimdPath path) => format switch
    {
        WeightFormat.Fp32 => new FloatMatrix<OneNumber>(parts, path),
        WeightFormat.Bf16 => new FloatMatrix<TwoNumbers>(parts, path),
        WeightFormat.Quantized8 => new QuantizedMatrix(parts, isHalf: false, path),
        WeightFormat.Quantized4 => new QuantizedMatrix(parts, isHalf: true, path),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "the format is unknown"),
    };

    /// <summary>Takes a matrix that lies in memory packed.</summary>
    /// <param name="memory">Its first byte; the memory stays its owner's.</param>
    /// <param name="part">Its sizes and format.</param>
    /// <param name="path">The instructions that will multiply by it.</param>
    public static PackedMatrix Over(void* memory, WeightPart part, SimdPath path) => part.Format switch
    {
        WeightFormat.Fp32 => new FloatMatrix<OneNumber>((uint*)memory, (part.Outputs, part.Inputs), path),
        WeightFormat.Bf16 => new FloatMatrix<TwoNumbers>((uint*)memory, (part.Outputs, part.Inputs), path),
        WeightFormat.Quantized8 or WeightFormat.Quantized4 =>
            new QuantizedMatrix((byte*)memory, (part.Outputs, part.Inputs), part.Format == WeightFormat.Quantized4, path),
        _ => throw new ArgumentException($"{part.Name} is no matrix", nameof(part)),
    };

    /// <summary>Computes some outputs of all rows.</summary>
    /// <param name="rows">Rows, <c>[count, inputs]</c>.</param>
    /// <param name="count">How many.</param>
    /// <param name="results">Results, <c>[count, resultStep]</c>; whole panels are written.</param>
    /// <param name="resultStep">The distance of two rows of results, at least whole panels.</param>
    /// <param name="panels">The first panel, and the one behind the last.</param>
    public abstract void Multiply(ActivationRows rows, int count, float* results, long resultStep, (int First, int End) panels);

    /// <summary>Reads the weights of one output.</summary>
    /// <param name="output">Which.</param>
    /// <param name="target">Receives them, <c>[inputs]</c>.</param>
    public abstract void ReadRow(int output, float* target);

    /// <inheritdoc/>
    public abstract void Dispose();
}
