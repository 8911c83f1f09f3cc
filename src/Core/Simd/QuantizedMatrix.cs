using System.Runtime.CompilerServices;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>A matrix of bytes or half-bytes with a scale for each output and thirty-two inputs; rows are rounded to bytes as well.</summary>
internal sealed unsafe class QuantizedMatrix : PackedMatrix
{
    private readonly NativeBuffer<byte> _blocks;
    private readonly DotKernel _kernel;
    private readonly bool _isHalf;

    /// <summary>Rounds and packs matrices, their outputs one behind the other.</summary>
    /// <param name="parts">Matrices, <c>[outputs, inputs]</c>.</param>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    /// <param name="path">The instructions that will multiply by them.</param>
    public QuantizedMatrix(IReadOnlyList<SourceRows> parts, bool isHalf, SimdPath path)
        : base(parts.Sum(part => part.Outputs), parts[0].Inputs)
    {
        (_isHalf, _kernel) = (isHalf, DotKernel.For(path, isHalf));
        _blocks = new NativeBuffer<byte>(PanelCount * PanelBytes);
        var first = 0;
        foreach (var part in parts)
        {
            var start = first;
            _ = Parallel.For(0, Panels.Count(part.Outputs + (start % Panels.Width)), panel => Pack(part, start, panel));
            first += part.Outputs;
        }
    }

    /// <summary>Takes a packed matrix where it lies.</summary>
    /// <param name="blocks">Its first block; the memory stays its owner's.</param>
    /// <param name="size">The outputs and inputs.</param>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    /// <param name="path">The instructions that will multiply by it.</param>
    public QuantizedMatrix(byte* blocks, (int Outputs, int Inputs) size, bool isHalf, SimdPath path)
        : base(size.Outputs, size.Inputs)
    {
        (_isHalf, _kernel) = (isHalf, DotKernel.For(path, isHalf));
        _blocks = new NativeBuffer<byte>(blocks, PanelCount * PanelBytes);
    }

    /// <inheritdoc/>
    public override long Bytes => _blocks.Count;

    /// <inheritdoc/>
    public override void* Memory => _blocks.Pointer;

    /// <inheritdoc/>
    public override RowFormat Rows => _kernel.Words == 1 ? RowFormat.Bytes : RowFormat.BytePairs;

    private long PanelBytes => (long)QuantizedBlocks.Count(Inputs) * QuantizedBlocks.Bytes(_isHalf);

    /// <inheritdoc/>
    public override void Multiply(ActivationRows rows, int count, float* results, long resultStep, (int First, int End) panels)
    {
        var quantized = rows.Quantized ?? throw new InvalidOperationException("the rows were not rounded to bytes");
        _kernel.Multiply(
            _blocks.Pointer + (panels.First * PanelBytes), panels.End - panels.First, quantized, count, results + ((long)panels.First * Panels.Width),
            resultStep);
    }

    /// <inheritdoc/>
    public override void ReadRow(int output, float* target)
    {
        var weights = stackalloc float[QuantizedBlocks.Inputs];
        for (var first = 0; first < Inputs; first += QuantizedBlocks.Inputs)
        {
            var left = Math.Min(QuantizedBlocks.Inputs, Inputs - first);
            QuantizedBlocks.Read(Block(output, first / QuantizedBlocks.Inputs), output % Panels.Width, weights, _isHalf);
            new Span<float>(weights, left).CopyTo(new Span<float>(target + first, left));
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _blocks.Dispose();

    private byte* Block(int output, int group) =>
        _blocks.Pointer + (output / Panels.Width * PanelBytes) + ((long)group * QuantizedBlocks.Bytes(_isHalf));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // runs a few times only, long
    private void Pack(SourceRows rows, int first, int panel)
    {
        var weights = stackalloc float[QuantizedBlocks.Inputs];
        var from = Math.Max(0, (panel * Panels.Width) - (first % Panels.Width));
        var to = Math.Min(rows.Outputs, ((panel + 1) * Panels.Width) - (first % Panels.Width));
        for (var group = 0; group < QuantizedBlocks.Count(Inputs); group++)
        {
            var start = group * QuantizedBlocks.Inputs;
            var filled = Math.Min(QuantizedBlocks.Inputs, Inputs - start);
            new Span<float>(weights + filled, QuantizedBlocks.Inputs - filled).Clear();
            for (var output = from; output < to; output++)
            {
                rows.Read(output, start, filled, weights);
                QuantizedBlocks.Write(Block(first + output, group), (first + output) % Panels.Width, weights, _isHalf);
            }
        }
    }
}
