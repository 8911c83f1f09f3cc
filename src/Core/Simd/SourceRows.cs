using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>The weights of a matrix before they are packed, read as singles a stretch at a time.</summary>
internal readonly unsafe struct SourceRows
{
    private readonly Tensor _tensor; // keeps the numbers alive
    private readonly void* _numbers;
    private readonly bool _isBf16;
    private readonly long _inputs;

    /// <summary>Prepares to read; fp32 and bf16 are read where they lie.</summary>
    /// <param name="matrix">The matrix, <c>[outputs, inputs]</c>, of any floating type.</param>
    public SourceRows(Tensor matrix)
    {
        _isBf16 = matrix.dtype == ScalarType.BFloat16;
        _tensor = (_isBf16 ? matrix : matrix.to(ScalarType.Float32)).contiguous();
        _numbers = TensorMemory.Pointer(_tensor);
        (Outputs, _inputs) = ((int)_tensor.shape[0], _tensor.shape[1]);
    }

    /// <summary>Gets the number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Reads weights of one output that lie side by side.</summary>
    /// <param name="output">Which output.</param>
    /// <param name="first">The first input.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Receives them, <c>[count]</c>.</param>
    public void Read(int output, int first, int count, float* target)
    {
        var start = (output * _inputs) + first;
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

    /// <summary>Tells the collector that the numbers were needed until here.</summary>
    public void KeepAlive() => GC.KeepAlive(_tensor);
}
