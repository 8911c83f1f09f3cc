using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>A matrix of fp32 or bf16.</summary>
/// <typeparam name="T">The type of the numbers: single, or ushort for bf16.</typeparam>
internal sealed unsafe class FloatMatrix<T> : PackedMatrix
    where T : unmanaged
{
    private readonly NativeBuffer<T> _numbers;
    private readonly FloatKernel<T> _kernel;

    /// <summary>Packs matrices, their outputs one behind the other.</summary>
    /// <param name="parts">Matrices, <c>[outputs, inputs]</c>.</param>
    /// <param name="type">The type of the numbers, for libtorch.</param>
    /// <param name="path">The instructions that will multiply by them.</param>
    public FloatMatrix(IReadOnlyList<Tensor> parts, ScalarType type, SimdPath path)
        : base((int)parts.Sum(part => part.shape[0]), (int)parts[0].shape[1])
    {
        _kernel = FloatKernel<T>.For(path);
        _numbers = new NativeBuffer<T>((long)PanelCount * Panels.Width * Inputs);
        var first = 0;
        foreach (var part in parts)
        {
            using var scope = NewDisposeScope();
            var same = part.to(type).contiguous();
            Pack((T*)TensorMemory.Pointer(same), first, (int)part.shape[0]);
            first += (int)part.shape[0];
            GC.KeepAlive(same);
        }
    }

    /// <summary>Takes a packed matrix where it lies.</summary>
    /// <param name="numbers">Its first number; the memory stays its owner's.</param>
    /// <param name="size">The outputs and inputs.</param>
    /// <param name="path">The instructions that will multiply by it.</param>
    public FloatMatrix(T* numbers, (int Outputs, int Inputs) size, SimdPath path)
        : base(size.Outputs, size.Inputs)
    {
        _kernel = FloatKernel<T>.For(path);
        _numbers = new NativeBuffer<T>(numbers, (long)PanelCount * Panels.Width * Inputs);
    }

    /// <inheritdoc/>
    public override long Bytes => _numbers.Count * sizeof(T);

    /// <inheritdoc/>
    public override void* Memory => _numbers.Pointer;

    /// <inheritdoc/>
    public override void Multiply(ActivationRows rows, int count, float* results, long resultStep, (int First, int End) panels)
    {
        for (var panel = panels.First; panel < panels.End;)
        {
            var end = Math.Min((panel / Panels.PerGroup + 1) * Panels.PerGroup, panels.End);
            var columns = Place(panel * Panels.Width, out var step);
            _kernel.Multiply(
                columns, step, (end - panel) * Panels.Width, rows[0], rows.Step, (count, Inputs), results + ((long)panel * Panels.Width), resultStep);
            panel = end;
        }
    }

    /// <inheritdoc/>
    public override void ReadRow(int output, float* target)
    {
        var number = Place(output, out var step);
        for (var input = 0; input < Inputs; input++, number += step)
        {
            target[input] = typeof(T) == typeof(float) ? *(float*)number : Bf16.Get(*(ushort*)number);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _numbers.Dispose();

    /// <summary>Returns where an output's number for the first input lies, and how far the next one is.</summary>
    private T* Place(int output, out int step)
    {
        var group = output / Panels.GroupWidth;
        step = Math.Min(Panels.GroupWidth, (PanelCount * Panels.Width) - (group * Panels.GroupWidth));
        return _numbers.Pointer + ((long)group * Panels.GroupWidth * Inputs) + (output % Panels.GroupWidth);
    }

    private void Pack(T* source, int first, int count)
    {
        var panels = Panels.Count(count + (first % Panels.Width));
        _ = Parallel.For(0, panels, panel =>
        {
            var from = Math.Max(0, (panel * Panels.Width) - (first % Panels.Width));
            var to = Math.Min(count, ((panel + 1) * Panels.Width) - (first % Panels.Width));
            var target = Place(first + from, out var step);
            for (var input = 0; input < Inputs; input++, target += step)
            {
                for (var output = from; output < to; output++)
                {
                    target[output - from] = source[((long)output * Inputs) + input];
                }
            }
        });
    }
}
