using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class RowKernelTests
{
    private static readonly Gen<(int Rows, int Width, int Seed)> Cases = Gen.Select(Gen.Int[0, 5], Gen.Int[1, 40], Gen.Int[0, 9999]);

    [Fact]
    public void Single_precision_equals_plain_loops() => Cases.Sample(Check<float, Fp32>, iter: 60);

    [Fact]
    public void Half_precision_equals_them_up_to_rounding() => Cases.Sample(Check<ushort, Bf16>, iter: 60);

    [Fact]
    public void A_buffer_is_zero_aligned_and_refuses_what_lies_outside()
    {
        using var buffer = new NativeBuffer<int>(37);
        Assert.Equal(0, (long)buffer.Pointer % 64);
        Assert.All(buffer.Slice(0, 37).ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(3, buffer.Slice(34, 3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(35, 3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(-1, 3).Length);
        buffer.Slice(0, 37).Fill(5);
        buffer.Clear();
        Assert.All(buffer.Slice(0, 37).ToArray(), value => Assert.Equal(0, value));
    }

    private static void Check<T, TElement>((int Rows, int Width, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        var (random, count) = (new Random(c.Seed), c.Rows * c.Width);
        using var rows = new GuardedRows<T, TElement>(RandomRows.Make(random, count));
        using var bias = new GuardedRows<T, TElement>(RandomRows.Make(random, c.Width));
        using var wide = new GuardedRows<float, Fp32>(RandomRows.Make(random, count));
        using var sums = new GuardedRows<float, Fp32>(RandomRows.Make(random, c.Width));
        var (values, added, before) = (rows.Read(), bias.Read(), wide.Read());

        RowKernel<T, TElement>.Accumulate(wide.Pointer, rows.Pointer, count);
        wide.AssertNear([.. before.Zip(values, (a, b) => a + b)]);
        RowKernel<T, TElement>.SumRows(rows.Pointer, sums.Pointer, c.Rows, c.Width);
        sums.AssertNear([.. Enumerable.Range(0, c.Width).Select(
            at => Enumerable.Range(0, c.Rows).Sum(row => values[(row * c.Width) + at]))]);
        RowKernel<T, TElement>.Widen(rows.Pointer, wide.Pointer, count);
        Assert.Equal(values, wide.Read());
        RowKernel<T, TElement>.AddBias(rows.Pointer, bias.Pointer, c.Rows, c.Width);
        rows.AssertNear([.. values.Select((value, at) => value + added[at % c.Width])]);
        RowKernel<T, TElement>.Narrow(wide.Pointer, rows.Pointer, count);
        Assert.Equal(values, rows.Read());
    }
}
