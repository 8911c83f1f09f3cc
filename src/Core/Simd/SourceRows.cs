using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>The weights of a matrix before they are packed, read as singles a stretch at a time: a tensor's, or a file's where they lie.</summary>
internal sealed unsafe class SourceRows : IDisposable
{
    private readonly Tensor? _tensor; // keeps the numbers alive
    private readonly void* _numbers;
    private readonly bool _isBf16;

    /// <summary>Reads numbers where they lie; libtorch is not asked.</summary>
    /// <param name="numbers">The first number; the memory stays its owner's.</param>
    /// <param name="isBf16">Whether they are bf16, else fp32.</param>
    /// <param name="size">The outputs and inputs; a vector has inputs of 1.</param>
    public SourceRows(void* numbers, bool isBf16, (int Outputs, int Inputs) size)
    {
        _numbers = numbers;
        (_isBf16, (Outputs, Inputs)) = (isBf16, size);
    }

    private SourceRows(Tensor tensor)
        : this(TensorMemory.Pointer(tensor), tensor.dtype == ScalarType.BFloat16, ((int)tensor.shape[0], tensor.dim() > 1 ? (int)tensor.shape[1] : 1)) =>
        _tensor = tensor;

    /// <summary>Gets the number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Gets the number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>Reads a tensor, which it takes over; fp32 and bf16 are read where they lie.</summary>
    /// <param name="matrix">The matrix, <c>[outputs, inputs]</c>, or a vector, of any floating type, on the processor.</param>
    public static SourceRows Of(Tensor matrix)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var plain = (matrix.dtype == ScalarType.BFloat16 ? matrix : matrix.to(ScalarType.Float32)).contiguous().DetachFromDisposeScope();
        if (!ReferenceEquals(plain, matrix))
        {
            matrix.Dispose();
        }

        return new SourceRows(plain);
    }

    /// <summary>Reads weights of one output that lie side by side.</summary>
    /// <param name="output">Which output.</param>
    /// <param name="first">The first input.</param>
    /// <param name="count">How many; they may go on into the next outputs.</param>
    /// <param name="target">Receives them, <c>[count]</c>.</param>
    public void Read(int output, int first, int count, float* target)
    {
        var start = ((long)output * Inputs) + first;
        if (!_isBf16)
        {
            new Span<float>((float*)_numbers + start, count).CopyTo(new Span<float>(target, count));
            return;
        }

        var source = (ushort*)_numbers + start;
        var at = 0;
        for (; at <= count - Lanes.Count; at += Lanes.Count)
        {
            Bf16.Load(source + at).Store(target + at);
        }

        for (; at < count; at++)
        {
            target[at] = Bf16.Get(source[at]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tensor?.Dispose();
}
