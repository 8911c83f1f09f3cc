using CsCheck;
using LlmEfficiency.Core.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Kernels;

public sealed unsafe class NormKernelTests
{
    private const double Epsilon = 1e-3;

    private static readonly Gen<(int Rows, int Width, int Seed)> Cases = Gen.Select(Gen.Int[0, 4], Gen.Int[1, 40], Gen.Int[0, 9999]);

    [Fact]
    public void Single_precision_equals_plain_loops_and_finite_differences() => Cases.Sample(Check<float, Fp32>, iter: 60);

    [Fact]
    public void Half_precision_equals_them_up_to_rounding() => Cases.Sample(Check<ushort, Bf16>, iter: 30);

    private static void Check<T, TElement>((int Rows, int Width, int Seed) c)
        where T : unmanaged
        where TElement : IElement<T>
    {
        var (random, count) = (new Random(c.Seed), c.Rows * c.Width);
        using var x = new GuardedRows<float, Fp32>(RandomRows.Make(random, count, 3));
        using var weight = new GuardedRows<float, Fp32>(RandomRows.Make(random, c.Width));
        using var y = new GuardedRows<T, TElement>(new double[count]);
        using var inverse = new GuardedRows<float, Fp32>(new double[c.Rows]);
        NormKernel<T, TElement>.Forward(x.Pointer, weight.Pointer, y.Pointer, inverse.Pointer, c.Rows, c.Width, Epsilon);
        y.AssertNear(Plain(x.Read(), weight.Read()));

        using var slope = new GuardedRows<T, TElement>(RandomRows.Make(random, count));
        var (xBefore, weightBefore) = (RandomRows.Make(random, count), RandomRows.Make(random, c.Width));
        using var byX = new GuardedRows<float, Fp32>(xBefore);
        using var byWeight = new GuardedRows<float, Fp32>(weightBefore);
        NormKernel<T, TElement>.Backward(
            slope.Pointer, x.Pointer, weight.Pointer, inverse.Pointer, byX.Pointer, byWeight.Pointer, c.Rows, c.Width);
        var slopes = slope.Read();
        byX.AssertNear(Added(xBefore, RandomRows.Derive(x.Read(), changed => Dot(Plain(changed, weight.Read()), slopes))), 10);
        byWeight.AssertNear(Added(weightBefore, RandomRows.Derive(weight.Read(), changed => Dot(Plain(x.Read(), changed), slopes))), 10);
    }

    private static double[] Plain(double[] x, double[] weight) => [.. x.Chunk(weight.Length).SelectMany(row =>
    {
        var root = Math.Sqrt((row.Sum(value => value * value) / weight.Length) + Epsilon);
        return row.Zip(weight, (value, factor) => value * factor / root);
    })];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Added(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
