using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class LinearKernelTests
{
    private static readonly Gen<(int Rows, int Inputs, int Outputs, bool HasBias, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 70], Gen.Int[1, 20], Gen.Bool, Gen.Int[0, 9999]);

    [Fact]
    public void Single_precision_equals_plain_loops_and_rows_do_not_depend_on_others() => Cases.Sample(Check<float, Fp32>, iter: 60);

    [Fact]
    public void Half_precision_too() => Cases.Sample(Check<ushort, Bf16>, iter: 40);

    private static void Check<T, TElement>((int Rows, int Inputs, int Outputs, bool HasBias, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        var random = new Random(c.Seed);
        using var rows = new GuardedRows<float, Fp32>(RandomRows.Make(random, c.Rows * c.Inputs));
        using var weight = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Outputs * c.Inputs));
        using var bias = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Outputs));
        using var together = new GuardedRows<T, TElement>(new double[c.Rows * c.Outputs]);
        using var alone = new GuardedRows<T, TElement>(new double[c.Outputs]);
        T* added = c.HasBias ? bias.Pointer : null;
        var cut = random.Next(c.Outputs + 1) / 4 * 4;
        LinearKernel<T, TElement>.Multiply(rows.Pointer, weight.Pointer, added, together.Pointer, (c.Rows, c.Inputs, c.Outputs), (0, cut));
        LinearKernel<T, TElement>.Multiply(rows.Pointer, weight.Pointer, added, together.Pointer, (c.Rows, c.Inputs, c.Outputs), (cut, c.Outputs));
        var (x, w, b) = (rows.Read(), weight.Read(), bias.Read());
        together.AssertNear(
            [.. Enumerable.Range(0, c.Rows * c.Outputs).Select(at => Enumerable.Range(0, c.Inputs).Sum(
                k => x[(at / c.Outputs * c.Inputs) + k] * w[(at % c.Outputs * c.Inputs) + k]) + (c.HasBias ? b[at % c.Outputs] : 0))]);
        for (var row = 0; row < c.Rows; row++)
        {
            LinearKernel<T, TElement>.Multiply(
                rows.Pointer + (row * c.Inputs), weight.Pointer, added, alone.Pointer, (1, c.Inputs, c.Outputs), (0, c.Outputs));
            Assert.Equal(alone.Read(), together.Read()[(row * c.Outputs)..((row + 1) * c.Outputs)]);
        }
    }
}
