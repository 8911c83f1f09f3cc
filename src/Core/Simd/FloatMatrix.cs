using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;
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
    /// <param name="path">The instructions that will multiply by them.</param>
    public FloatMatrix(IReadOnlyList<Tensor> parts, SimdPath path)
        : base((int)parts.Sum(part => part.shape[0]), (int)parts[0].shape[1])
    {
        _kernel = FloatKernel<T>.For(path);
        _numbers = new NativeBuffer<T>((long)PanelCount * Panels.Width * Inputs);
        var first = 0;
        foreach (var part in parts)
        {
            using var scope = NewDisposeScope();
            var rows = new SourceRows(part);
            var start = first;
            _ = Parallel.For(0, Panels.Count(rows.Outputs + (start % Panels.Width)), panel => Pack(rows, start, panel));
            rows.KeepAlive();
            first += rows.Outputs;
        }
    }

    /// <inheritdoc/>
    public override long Bytes => _numbers.Count * sizeof(T);

    /// <inheritdoc/>
    public override int ScratchLength => FloatKernel<T>.ScratchLength;

    /// <inheritdoc/>
    public override void Multiply(ActivationRows rows, int count, float* results, long resultStep, (int First, int End) panels, float* scratch)
    {
        for (var panel = panels.First; panel < panels.End;)
        {
            var end = Math.Min((panel / Panels.PerGroup + 1) * Panels.PerGroup, panels.End);
            var columns = Place(panel * Panels.Width, out var step);
            _kernel.Multiply(
                columns, step, (end - panel) * Panels.Width, rows[0], rows.Step, (count, Inputs), results + ((long)panel * Panels.Width), resultStep, scratch);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // runs a few times only, long
    private void Pack(SourceRows rows, int first, int panel)
    {
        const int side = Panels.Width;
        float* tile = stackalloc float[side * side], turned = stackalloc float[side];
        var from = Math.Max(0, (panel * side) - (first % side));
        var to = Math.Min(rows.Outputs, ((panel + 1) * side) - (first % side));
        var target = Place(first + from, out var step);
        for (var input = 0; input < Inputs; input += side)
        {
            var filled = Math.Min(side, Inputs - input);
            for (var output = from; output < to; output++)
            {
                rows.Read(output, input, filled, tile + ((output - from) * side));
            }

            for (var column = 0; column < filled; column++, target += step)
            {
                for (var row = 0; row < to - from; row++)
                {
                    turned[row] = tile[(row * side) + column];
                }

                Keep(turned, to - from, target);
            }
        }
    }

    private static void Keep(float* numbers, int count, T* target)
    {
        if (typeof(T) == typeof(float))
        {
            new Span<float>(numbers, count).CopyTo(new Span<float>(target, count));
        }
        else if (count == Panels.Width)
        {
            Bf16.Store((ushort*)target, Vector512.Load(numbers));
        }
        else
        {
            for (var index = 0; index < count; index++)
            {
                ((ushort*)target)[index] = Bf16.Round(numbers[index]);
            }
        }
    }
}
