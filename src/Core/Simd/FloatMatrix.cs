using System.Runtime.CompilerServices;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>A matrix of fp32 or bf16.</summary>
/// <typeparam name="T">The type of the numbers: single, or ushort for bf16.</typeparam>
internal sealed unsafe class FloatMatrix<T> : PackedMatrix
    where T : unmanaged
{
    private const int Stretch = 128; // inputs of a panel that stay in the cache nearest to the processor

    private readonly NativeBuffer<T> _numbers;
    private readonly FloatKernel<T> _kernel;

    /// <summary>Packs matrices, their outputs one behind the other.</summary>
    /// <param name="parts">Matrices, <c>[outputs, inputs]</c>.</param>
    /// <param name="path">The instructions that will multiply by them.</param>
    public FloatMatrix(IReadOnlyList<SourceRows> parts, SimdPath path)
        : base(parts.Sum(part => part.Outputs), parts[0].Inputs)
    {
        _kernel = FloatKernel<T>.For(path);
        _numbers = new NativeBuffer<T>((long)PanelCount * Panels.Width * Inputs);
        var first = 0;
        foreach (var part in parts)
        {
            var start = first;
            _ = Parallel.For(0, Panels.Count(part.Outputs + (start % Panels.Width)), panel => Pack(part, start, panel));
            first += part.Outputs;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // runs a few times only, long
    private void Pack(SourceRows rows, int first, int panel)
    {
        var weights = stackalloc float[Stretch];
        var from = Math.Max(0, (panel * Panels.Width) - (first % Panels.Width));
        var to = Math.Min(rows.Outputs, ((panel + 1) * Panels.Width) - (first % Panels.Width));
        for (var start = 0; start < Inputs; start += Stretch)
        {
            var count = Math.Min(Stretch, Inputs - start);
            for (var output = from; output < to; output++)
            {
                rows.Read(output, start, count, weights);
                var target = Place(first + output, out var step) + ((long)start * step);
                for (var input = 0; input < count; input++, target += step)
                {
                    if (typeof(T) == typeof(float))
                    {
                        *(float*)target = weights[input];
                    }
                    else
                    {
                        *(ushort*)target = Bf16.Round(weights[input]);
                    }
                }
            }
        }
    }
}
