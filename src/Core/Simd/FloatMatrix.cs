using System.Runtime.CompilerServices;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>A matrix of fp32 or bf16.</summary>
/// <typeparam name="TWord">How many numbers a word holds: one of fp32, or two of bf16.</typeparam>
internal sealed unsafe class FloatMatrix<TWord> : PackedMatrix
    where TWord : struct, IWordSize
{
    private const int Stretch = 128; // inputs of a panel that stay in the cache nearest to the processor

    private readonly NativeBuffer<uint> _words;
    private readonly FloatKernel _kernel;

    /// <summary>Packs matrices, their outputs one behind the other.</summary>
    /// <param name="parts">Matrices, <c>[outputs, inputs]</c>.</param>
    /// <param name="path">The instructions that will multiply by them.</param>
    public FloatMatrix(IReadOnlyList<SourceRows> parts, SimdPath path)
        : base(parts.Sum(part => part.Outputs), parts[0].Inputs)
    {
        _kernel = FloatKernel.For<TWord>(path);
        _words = new NativeBuffer<uint>((long)PanelCount * Panels.Width * Steps);
        var first = 0;
        foreach (var part in parts)
        {
            var start = first;
            _ = Parallel.For(0, Panels.Count(part.Outputs + (start % Panels.Width)), panel => Pack(part, start, panel));
            first += part.Outputs;
        }
    }

    /// <summary>Takes a packed matrix where it lies.</summary>
    /// <param name="words">Its first word; the memory stays its owner's.</param>
    /// <param name="size">The outputs and inputs.</param>
    /// <param name="path">The instructions that will multiply by it.</param>
    public FloatMatrix(uint* words, (int Outputs, int Inputs) size, SimdPath path)
        : base(size.Outputs, size.Inputs)
    {
        _kernel = FloatKernel.For<TWord>(path);
        _words = new NativeBuffer<uint>(words, (long)PanelCount * Panels.Width * Steps);
    }

    /// <inheritdoc/>
    public override long Bytes => _words.Count * sizeof(uint);

    /// <inheritdoc/>
    public override void* Memory => _words.Pointer;

    /// <inheritdoc/>
    public override RowFormat Rows => _kernel.Rows;

    /// <summary>Gets how many words an output has.</summary>
    private int Steps => (Inputs + TWord.Numbers - 1) / TWord.Numbers;

    /// <inheritdoc/>
    public override void Multiply(ActivationRows rows, int count, float* results, long resultStep, (int First, int End) panels)
    {
        for (var panel = panels.First; panel < panels.End;)
        {
            var end = Math.Min((panel / Panels.PerGroup + 1) * Panels.PerGroup, panels.End);
            var columns = Place(panel * Panels.Width, out var step);
            _kernel.Multiply(columns, step, (end - panel) * Panels.Width, rows, count, results + ((long)panel * Panels.Width), resultStep);
            panel = end;
        }
    }

    /// <inheritdoc/>
    public override void ReadRow(int output, float* target)
    {
        var word = Place(output, out var step);
        for (var input = 0; input < Inputs; input += TWord.Numbers, word += step)
        {
            if (TWord.Numbers == 1)
            {
                target[input] = *(float*)word;
                continue;
            }

            for (var number = 0; number < Math.Min(2, Inputs - input); number++)
            {
                target[input + number] = Bf16.Get(((ushort*)word)[number]);
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _words.Dispose();

    /// <summary>Returns where an output's first word lies, and how far the next one is.</summary>
    private uint* Place(int output, out int step)
    {
        var group = output / Panels.GroupWidth;
        step = Math.Min(Panels.GroupWidth, (PanelCount * Panels.Width) - (group * Panels.GroupWidth));
        return _words.Pointer + ((long)group * Panels.GroupWidth * Steps) + (output % Panels.GroupWidth);
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
                var target = Place(first + output, out var step) + ((long)start / TWord.Numbers * step);
                for (var input = 0; input < count; input += TWord.Numbers, target += step)
                {
                    *target = TWord.Numbers == 1 ? BitConverter.SingleToUInt32Bits(weights[input])
                        : Rounded(weights[input]) | (input + 1 < count ? Rounded(weights[input + 1]) << 16 : 0);
                }
            }
        }

        static uint Rounded(float weight) => Bf16.Round(Bf16.WithoutSubnormals(weight));
    }
}
